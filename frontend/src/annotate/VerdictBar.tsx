// The verdicts and everything else that can be done, as buttons with their keys: the legend that stays in sight.
import { Button } from "@mantine/core";
import { memo } from "react";

import classes from "./AnnotatePage.module.css";
import { Hint, Key, oncePressed } from "./Hint";
import type { Action, Judgement } from "./keys";
import type { Judged } from "./sitting";
import { wordOf } from "./words";

type Props = {
  act: (action: Action) => void;
  enabled: boolean;
  /** The next preference is a strong one. */
  much: boolean;
  last: Judged | null;
  hasComment: boolean;
  isFlagged: boolean;
  difference: boolean;
};

/** Memoised, as all that stands around the pair: the next pair should not wait for it. */
export const VerdictBar = memo(function VerdictBar(props: Props) {
  const { act, enabled, much, last, hasComment, isFlagged, difference } = props;
  return (
    <section className={classes.bar} aria-label="Verdict">
      <Verdicts judge={act} enabled={enabled} strength={much ? 2 : 1} />
      <div className={classes.extras}>
        <Hint label="Much better" keys="Shift" pressed={much} disabled={!enabled} onClick={() => act("much")} />
        <Hint label="Skip" keys="S" opens disabled={!enabled} onClick={() => act("skip")} />
        <Hint
          label={isFlagged ? "Flagged" : "Flag"}
          keys="F"
          opens
          pressed={isFlagged}
          disabled={!enabled}
          onClick={() => act("flag")}
        />
        <Hint label="Undo" keys="U" disabled={!last} onClick={() => act("undo")}>
          {" "}
          <span className={classes.undone}>{last && `“${wordOf(last.verdict)}”`}</span>
        </Hint>
        <Hint label="Comment" keys="C" opens pressed={hasComment} disabled={!enabled} onClick={() => act("comment")} />
        <Hint label="Difference" keys="D" pressed={difference} onClick={() => act("difference")} />
        <Hint label="All keys" keys="?" opens visibleFrom="xs" onClick={() => act("legend")} />
      </div>
    </section>
  );
});

type VerdictsProps = { judge: (judgement: Judgement) => void; enabled: boolean; strength?: 1 | 2 };

export function Verdicts({ judge, enabled, strength = 1 }: VerdictsProps) {
  const word = strength === 2 ? "much better" : "better";
  return (
    <div className={classes.verdicts}>
      <Choice
        spoken="Answer"
        name={`1 ${word}`}
        keys={["←", "1"]}
        disabled={!enabled}
        onClick={() => judge({ verdict: "preferred", winner: "left", strength })}
      />
      <Choice name="Tie" keys={["↑", "T"]} disabled={!enabled} onClick={() => judge({ verdict: "tie" })} />
      <Choice name="Both bad" keys={["↓", "B"]} disabled={!enabled} onClick={() => judge({ verdict: "both_bad" })} />
      <Choice
        spoken="Answer"
        name={`2 ${word}`}
        keys={["→", "2"]}
        disabled={!enabled}
        onClick={() => judge({ verdict: "preferred", winner: "right", strength })}
      />
    </div>
  );
}

type ChoiceProps = {
  /** Said before the name to those who do not see where the button stands. */
  spoken?: string;
  name: string;
  keys: string[];
  disabled: boolean;
  onClick: () => void;
};

function Choice({ spoken, name, keys, disabled, onClick }: ChoiceProps) {
  return (
    <Button
      variant="default"
      size="md"
      px={6}
      classNames={{ root: classes.choice, label: classes.name }}
      disabled={disabled}
      {...oncePressed(onClick)}
    >
      {spoken && <span className={classes.unseen}>{spoken}</span>} {name}
      {keys.map((key, index) => (
        <Key key={key} name={key} isSecond={index > 0} />
      ))}
    </Button>
  );
}
