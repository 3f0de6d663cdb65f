// Every address and its page. Admin pages load when they are first visited.
import { Center, Loader } from "@mantine/core";
import type { RouteObject } from "react-router";

import { AnnotateHome } from "./annotate/AnnotateHome";
import { AnnotatePage } from "./annotate/AnnotatePage";
import { AdminsOnly, Home, NotHere, SignedIn } from "./ui/guards";
import { LoginPage } from "./ui/LoginPage";
import { Shell } from "./ui/Shell";
import { Stumbled } from "./ui/Stumbled";

const waiting = (
  <Center mih="100dvh">
    <Loader aria-label="Loading" />
  </Center>
);

type AdminPages = typeof import("./admin/pages");

const admin = (page: keyof AdminPages) => async () => ({ Component: (await import("./admin/pages"))[page] });

const adminRoutes: RouteObject[] = [
  { path: "/projects", lazy: admin("ProjectsPage") },
  { path: "/projects/new", lazy: admin("NewProjectPage") },
  { path: "/people", lazy: admin("PeoplePage") },
  {
    path: "/projects/:projectId",
    lazy: admin("ProjectFrame"),
    children: [
      { index: true, lazy: admin("OverviewPage") },
      { path: "prompts", lazy: admin("PromptsPage") },
      { path: "rounds", lazy: admin("RoundsPage") },
      { path: "rounds/new", lazy: admin("NewRoundPage") },
      { path: "rounds/:roundId", lazy: admin("RoundPage") },
      { path: "labels", lazy: admin("LabelsPage") },
      { path: "training", lazy: admin("RunsPage") },
      { path: "training/new", lazy: admin("NewRunPage") },
      { path: "training/:runId", lazy: admin("RunPage") },
      { path: "models", lazy: admin("ModelsPage") },
      { path: "evaluations", lazy: admin("EvaluationsPage") },
      { path: "settings", lazy: admin("SettingsPage") },
    ],
  },
];

export const routes: RouteObject[] = [
  {
    ErrorBoundary: Stumbled,
    hydrateFallbackElement: waiting,
    children: [
      { path: "/login", Component: LoginPage },
      {
        Component: SignedIn,
        children: [
          {
            Component: Shell,
            ErrorBoundary: Stumbled,
            children: [
              { path: "/", Component: Home },
              { path: "/annotate", Component: AnnotateHome },
              { path: "/annotate/:projectId", Component: AnnotatePage },
              { Component: AdminsOnly, children: adminRoutes },
              { path: "*", Component: NotHere },
            ],
          },
        ],
      },
    ],
  },
];
