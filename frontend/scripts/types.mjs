// Writes src/api/schema.d.ts from an OpenAPI document: `npm run types -- openapi.json`, or the document on stdin.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const document = JSON.parse(readFileSync(process.argv[2] ?? 0, "utf8"));
const target = new URL("../src/api/schema.d.ts", import.meta.url);
const header = "// Generated from the service's OpenAPI document by `npm run types`; do not edit.\n";
const types = header + astToString(await openapiTS(document));
if (types !== readFileSync(target, "utf8")) writeFileSync(target, types); // a new date would have the pages built again
