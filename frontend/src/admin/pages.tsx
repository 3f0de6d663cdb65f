// All admin pages, one chunk that annotators never load.
export { EvaluationsPage } from "./EvaluationsPage";
export { LabelsPage } from "./LabelsPage";
export { ModelsPage } from "./ModelsPage";
export { NewProjectPage } from "./NewProjectPage";
export { NewRoundPage } from "./NewRoundPage";
export { NewRunPage } from "./NewRunPage";
export { OverviewPage } from "./OverviewPage";
export { PeoplePage } from "./PeoplePage";
export { ProjectFrame } from "./ProjectFrame";
export { ProjectsPage } from "./ProjectsPage";
export { PromptsPage } from "./PromptsPage";
export { RoundPage } from "./RoundPage";
export { RoundsPage } from "./RoundsPage";
export { RunPage } from "./RunPage";
export { RunsPage } from "./RunsPage";
export { SettingsPage } from "./SettingsPage";
