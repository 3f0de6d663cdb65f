// Every address and its page. Admin pages load when an admin first visits one.
import { Center, Loader } from "@mantine/core";
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  type RouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { createElement, use } from "react";

import { AnnotateHome } from "./annotate/AnnotateHome";
import { AnnotatePage } from "./annotate/AnnotatePage";
import { outboxOf } from "./annotate/outbox";
import { readSearch, writeSearch } from "./ui/address";
import { AdminsOnly, Home, NotHere, SignedIn } from "./ui/guards";
import { LoginPage } from "./ui/LoginPage";
import { loadPart } from "./ui/NotLoaded";
import { PasswordPage } from "./ui/PasswordPage";
import { Shell } from "./ui/Shell";
import { Stumbled } from "./ui/Stumbled";

type AdminPages = typeof import("./admin/pages");

let adminPages: Promise<AdminPages> | undefined;

/** An admin page of the lazy chunk, asked for when it is shown: an annotator at its address never loads the chunk. */
function admin(page: keyof AdminPages): RouteComponent {
  return () => createElement(use((adminPages ??= loadPart(() => import("./admin/pages"))))[page]);
}

// The pages around annotating know nothing of its outbox; they are told what they need of it.
const sendWaiting = (userId: string) => outboxOf(userId).flush();
const countWaiting = (userId: string) => outboxOf(userId).snapshot().waiting.length;

const root = createRootRoute({ component: Outlet });
const login = createRoute({ getParentRoute: () => root, path: "/login", component: LoginPage });
const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: Gate });
const shell = createRoute({ getParentRoute: () => signedIn, id: "shell", component: Frame });
const admins = createRoute({ getParentRoute: () => shell, id: "admins", component: AdminsOnly });
const project = createRoute({
  getParentRoute: () => admins,
  path: "/projects/$projectId",
  component: admin("ProjectFrame"),
});

const open = (path: string, component: RouteComponent) => createRoute({ getParentRoute: () => shell, path, component });
const adminOnly = (path: string, page: keyof AdminPages) =>
  createRoute({ getParentRoute: () => admins, path, component: admin(page) });
const inProject = (path: string, page: keyof AdminPages) =>
  createRoute({ getParentRoute: () => project, path, component: admin(page) });

const routeTree = root.addChildren([
  login,
  signedIn.addChildren([
    shell.addChildren([
      open("/", Home),
      open("/annotate", AnnotateHome),
      open("/annotate/$projectId", AnnotatePage),
      open("/password", PasswordPage),
      open("/$", NotHere),
      admins.addChildren([
        adminOnly("/projects", "ProjectsPage"),
        adminOnly("/projects/new", "NewProjectPage"),
        adminOnly("/people", "PeoplePage"),
        adminOnly("/audit", "AuditPage"),
        project.addChildren([
          inProject("/", "OverviewPage"),
          inProject("setup", "SetupPage"),
          inProject("prompts", "PromptsPage"),
          inProject("rounds", "RoundsPage"),
          inProject("rounds/new", "NewRoundPage"),
          inProject("rounds/$roundId", "RoundPage"),
          inProject("labels", "LabelsPage"),
          inProject("flags", "FlagsPage"),
          inProject("practice", "PracticePage"),
          inProject("training", "RunsPage"),
          inProject("training/new", "NewRunPage"),
          inProject("training/compare", "CompareRunsPage"),
          inProject("training/$runId", "RunPage"),
          inProject("models", "ModelsPage"),
          inProject("playground", "PlaygroundPage"),
          inProject("evaluations", "EvaluationsPage"),
          inProject("settings", "SettingsPage"),
          inProject("audit", "ProjectAuditPage"),
        ]),
      ]),
    ]),
  ]),
]);

/** The router of one application; without a history, that of the browser. */
export function makeRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history && { history }),
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    defaultErrorComponent: Stumbled,
    defaultPendingComponent: Waiting,
    scrollRestoration: true,
  });
}

function Gate() {
  return <SignedIn onSession={sendWaiting} />;
}

function Frame() {
  return <Shell countWaiting={countWaiting} />;
}

function Waiting() {
  return (
    <Center mih="60dvh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
