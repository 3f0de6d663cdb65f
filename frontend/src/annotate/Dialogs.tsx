// Everything that opens over the pair; loaded when the first of them is opened, or the page has nothing else to do.
import { CommentDialog } from "./CommentDialog";
import { GuidelineDrawer } from "./GuidelineDrawer";
import { HistoryDrawer } from "./HistoryDrawer";
import type { DialogName } from "./Labelling";
import { Legend } from "./Legend";
import { ReasonDialog } from "./ReasonDialog";
import type { Judged } from "./sitting";

type Props = {
  name: DialogName;
  projectId: string;
  guidelineVersion: number | undefined;
  comment: string;
  onComment: (text: string) => void;
  history: readonly Judged[] | null;
  onUndo: (judged: Judged) => void;
  practice: number;
  onPractise: () => void;
  onSkip: (reason: string | null) => void;
  onFlag: (reason: string | null) => void;
  onClose: () => void;
};

const SKIP_REASONS = ["I cannot judge this", "The prompt makes no sense", "Offensive or private content"];
const FLAG_REASONS = ["An answer is cut off or garbled", "Both answers are the same", "Offensive or private content"];

export default function Dialogs({ name, onClose, ...rest }: Props) {
  switch (name) {
    case "skip":
      return (
        <ReasonDialog
          title="Skip this pair"
          reasons={SKIP_REASONS}
          submit="Skip"
          maxLength={500}
          onReason={rest.onSkip}
          onClose={onClose}
        />
      );
    case "flag":
      return (
        <ReasonDialog
          title="Flag this pair for the admins"
          hint="The pair stays on screen: judge or skip it afterwards."
          reasons={FLAG_REASONS}
          submit="Flag"
          maxLength={1000}
          onReason={rest.onFlag}
          onClose={onClose}
        />
      );
    case "comment":
      return <CommentDialog value={rest.comment} onChange={rest.onComment} onClose={onClose} />;
    case "legend":
      return <Legend onClose={onClose} />;
    case "history":
      return <HistoryDrawer projectId={rest.projectId} history={rest.history} onUndo={rest.onUndo} onClose={onClose} />;
    case "guideline":
      return (
        <GuidelineDrawer
          projectId={rest.projectId}
          version={rest.guidelineVersion}
          practice={rest.practice}
          onPractise={rest.onPractise}
          onClose={onClose}
        />
      );
  }
}
