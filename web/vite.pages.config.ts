import { defineConfig } from "vite";

// One module for each page that needs one; what several share goes into a file of its own.
const PAGES = ["base", "coach", "desk", "feet", "film", "films", "plan", "trying", "whatif"];

export default defineConfig({
  base: "/static/pages/",
  build: {
    target: "es2022",
    outDir: "../src/kneewise/static/pages",
    emptyOutDir: true,
    reportCompressedSize: false,
    modulePreload: false,
    // three.js is one piece, and comes only when somebody opens the figure in space.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: Object.fromEntries(PAGES.map((name) => [name, `src/pages/${name}.ts`])),
      output: { entryFileNames: "[name].js", chunkFileNames: "shared-[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
