// Short names for the generated schemas that pages speak of.
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["SessionOut"];
export type User = Schemas["UserOut"];
export type ApiKey = Schemas["KeyOut"];
export type Project = Schemas["ProjectOut"];
export type ProjectCreate = Schemas["ProjectCreate"];
type Configs = Pick<Schemas["ProjectOut"], "round" | "training" | "evaluation">;
/** Settings that a given configuration leaves out stay as they are. */
export type ProjectUpdate = Omit<Schemas["ProjectUpdate"], keyof Configs> & {
  [Name in keyof Configs]?: Partial<Configs[Name]>;
};
export type Overview = Schemas["ProjectOverview"];
export type AuditEvent = Schemas["AuditOut"];
export type AdminLabel = Schemas["AdminLabelOut"];
export type Prompt = Schemas["PromptOut"];
export type PromptContent = Prompt["content"];
export type LabelDetail = Schemas["LabelDetail"];
export type LabelFilter = NonNullable<paths["/api/v1/projects/{project_id}/labels"]["get"]["parameters"]["query"]>;
export type PromptFilter = NonNullable<paths["/api/v1/projects/{project_id}/prompts"]["get"]["parameters"]["query"]>;
export type PairFilter = NonNullable<paths["/api/v1/rounds/{round_id}/pairs"]["get"]["parameters"]["query"]>;
export type AuditFilter = NonNullable<paths["/api/v1/audit"]["get"]["parameters"]["query"]>;
export type UserFilter = NonNullable<paths["/api/v1/users"]["get"]["parameters"]["query"]>;
export type UserWork = Schemas["UserWork"];
export type Histogram = Schemas["Histogram"];
export type ImportPreview = Schemas["ImportPreview"];
export type ImportReport = Schemas["ImportReport"];
export type RoundConfig = Schemas["RoundConfig"];
export type TrainingConfig = Schemas["TrainingConfig"];
export type EvaluationConfig = Schemas["EvaluationConfig"];
export type Round = Schemas["RoundOut"];
export type Pair = Schemas["PairOut"];
export type TrainingRun = Schemas["TrainingRunOut"];
export type Metric = Schemas["MetricOut"];
export type Model = Schemas["ModelOut"];
export type ModelFacts = Schemas["ModelFacts"];
export type Sandbox = Schemas["Sandbox"];
export type Sampling = Schemas["SamplingOut"];
export type SamplingRow = Schemas["SamplingRow"];
export type SamplingCreate = Schemas["SamplingCreate"];
export type Evaluation = Schemas["EvaluationOut"];
export type RoundResult = Schemas["RoundResult"];
export type Gain = Schemas["Gain"];
export type RuleDefaults = Record<string, Schemas["RuleDefaults"]>;
export type LossDefaults = Record<string, Schemas["LossDefaults"]>;
export type Task = Schemas["Task"];
export type Claim = Schemas["ClaimOut"];
export type Progress = Schemas["ProgressOut"];
export type Label = Schemas["LabelOut"];
export type OwnLabel = Schemas["OwnLabelOut"];
export type LabelCreate = Schemas["LabelCreate"];
export type FlagCreate = Schemas["FlagCreate"];
export type Flag = Schemas["FlagOut"];
export type ExportStyle = NonNullable<
  NonNullable<paths["/api/v1/projects/{project_id}/export"]["get"]["parameters"]["query"]>["style"]
>;
export type PracticePair = Schemas["PracticePairOut"];
export type PracticePairCreate = Schemas["PracticePairCreate"];
export type PracticeTask = Schemas["PracticeOut"];
export type PracticeAnswer = Schemas["PracticeAnswerCreate"];
export type PracticeResult = Schemas["PracticeResult"];
export type Problem = {
  title: string;
  status: number;
  detail: string;
  code?: string | null;
  errors?: Schemas["ProblemItem"][];
};
