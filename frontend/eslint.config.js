// Lint rules, and the one about architecture: annotate and admin never import each other; api and ui import neither.
import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const forbid = (files, groups) => ({
  files: [`src/${files}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: groups.map((name) => ({
          regex: `^(@|\\.\\.|\\.\\./\\.\\.)/${name}(/|$)`,
          message: `src/${files} does not import from src/${name}.`,
        })),
      },
    ],
  },
});

export default defineConfig(
  { ignores: ["src/api/schema.d.ts", "node_modules"] },
  js.configs.recommended,
  { files: ["public/*.js"], languageOptions: { globals: { self: "readonly", caches: "readonly", fetch: "readonly" } } },
  { files: ["**/*.mjs", "public/*.js"], languageOptions: { globals: { process: "readonly", URL: "readonly" } } },
  {
    files: ["src/**/*.{ts,tsx}", "tests/**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, hooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
    },
  },
  forbid("annotate", ["admin"]),
  forbid("admin", ["annotate"]),
  forbid("api", ["annotate", "admin", "ui"]),
  forbid("ui", ["annotate", "admin"]),
);
