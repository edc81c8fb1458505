const NAMES = ["One", "Two", "Three"];

export const prerender = true;
export const entries = () => NAMES.map((name) => ({ name: name.toLowerCase() }));
export const load = ({ params }) => ({ title: NAMES.find((one) => one.toLowerCase() === params.name) });
