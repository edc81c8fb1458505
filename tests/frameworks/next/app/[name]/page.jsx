import Link from "next/link";

const NAMES = ["One", "Two", "Three"];

export const dynamicParams = false;
export const generateStaticParams = () => NAMES.map((name) => ({ name: name.toLowerCase() }));

export default async function Page({ params }) {
  const { name } = await params;
  return (
    <main>
      <h1>{NAMES.find((one) => one.toLowerCase() === name)}</h1>
      <nav>
        {NAMES.map((one) => (
          <Link key={one} href={"/" + one.toLowerCase()}>
            {one}
          </Link>
        ))}
      </nav>
    </main>
  );
}
