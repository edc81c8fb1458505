import { dirname } from "node:path";

export default { output: "export", distDir: "dist", turbopack: { root: dirname(import.meta.dirname) } };
