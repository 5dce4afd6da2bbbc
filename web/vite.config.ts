import { defineConfig } from "vite";

// One classic script without imports: the report is a single file that opens from a disk, where browsers
// refuse modules.
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2020",
    outDir: "../src/kneewise/static",
    emptyOutDir: false,
    reportCompressedSize: false,
    lib: { entry: "src/report.ts", formats: ["iife"], name: "kneewiseReport", fileName: () => "report.js" },
  },
});
