// Short names for the generated schemas that pages speak of.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["SessionOut"];
export type User = Schemas["UserOut"];
export type ApiKey = Schemas["KeyOut"];
export type Project = Schemas["ProjectOut"];
export type ProjectCreate = Schemas["ProjectCreate"];
export type ProjectUpdate = Schemas["ProjectUpdate"];
export type Overview = Schemas["ProjectOverview"];
export type AuditEvent = Schemas["AuditOut"];
export type AdminLabel = Schemas["AdminLabelOut"];
export type Prompt = Schemas["PromptOut"];
export type PromptContent = Prompt["content"];
export type ImportReport = Schemas["ImportReport"];
export type RoundConfig = Schemas["RoundConfig"];
export type TrainingConfig = Schemas["TrainingConfig"];
export type EvaluationConfig = Schemas["EvaluationConfig"];
export type Round = Schemas["RoundOut"];
export type Pair = Schemas["PairOut"];
export type TrainingRun = Schemas["TrainingRunOut"];
export type Metric = Schemas["MetricOut"];
export type Model = Schemas["ModelVersionOut"];
export type Evaluation = Schemas["EvaluationOut"];
export type RoundResult = Schemas["RoundResult"];
export type Task = Schemas["Task"];
export type Claim = Schemas["ClaimOut"];
export type Label = Schemas["LabelOut"];
export type OwnLabel = Schemas["OwnLabelOut"];
export type LabelCreate = Schemas["LabelCreate"];
export type FlagCreate = Schemas["FlagCreate"];
export type Flag = Schemas["FlagOut"];
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
