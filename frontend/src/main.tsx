// Starts the pages in the browser.
import "@mantine/core/styles.css";
import "./ui/base.css";

import { createRoot } from "react-dom/client";

import { App } from "./App";
import { makeRouter } from "./routes";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(<App router={makeRouter()} />);
