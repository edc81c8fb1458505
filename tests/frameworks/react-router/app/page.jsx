import { Link, useParams } from "react-router";

const NAMES = ["One", "Two", "Three"];

export default function Page() {
  const { name } = useParams();
  return (
    <main>
      <h1>{NAMES.find((one) => one.toLowerCase() === name)}</h1>
      <nav>
        {NAMES.map((one) => (
          <Link key={one} to={"/" + one.toLowerCase()}>
            {one}
          </Link>
        ))}
      </nav>
    </main>
  );
}
