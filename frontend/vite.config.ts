// Builds the pages into the folder that the service serves; in development, passes API calls on to it.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const service = "http://127.0.0.1:8000";
const source = new URL("./src", import.meta.url).pathname;

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": source } },
  build: { outDir: "../app/static", emptyOutDir: true, target: "es2023" },
  server: { proxy: { "/api": service, "/health": service, "/version": service } },
  test: {
    environment: "jsdom",
    setupFiles: ["tests/setup.ts"],
    maxWorkers: 2, // by default one core is left idle
    testTimeout: 60_000, // the first page of a file loads its modules, which takes long where the machine is busy
    restoreMocks: true,
    unstubGlobals: true,
  },
});
