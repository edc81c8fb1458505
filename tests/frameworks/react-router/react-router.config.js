export default { ssr: false, prerender: ["/one", "/two", "/three"], buildDirectory: "dist" };
