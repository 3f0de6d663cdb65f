// The verdicts and everything else that can be done, as buttons with their keys: the legend that stays in sight.
import { Button } from "@mantine/core";
import { memo, useState } from "react";

import classes from "./AnnotatePage.module.css";
import { Hint, Key } from "./Hint";
import type { Action, Judgement } from "./keys";
import type { Judged } from "./sitting";
import { wordOf } from "./words";

type Props = {
  act: (action: Action) => void;
  enabled: boolean;
  last: Judged | null;
  hasComment: boolean;
  isFlagged: boolean;
  difference: boolean;
};

/** Memoised, as all that stands around the pair: the next pair should not wait for it. */
export const VerdictBar = memo(function VerdictBar(props: Props) {
  const { act, enabled, last, hasComment, isFlagged, difference } = props;
  const [much, setMuch] = useState(false);
  const judge = (judgement: Judgement) => {
    setMuch(false);
    act(judgement);
  };
  return (
    <section className={classes.bar} aria-label="Verdict">
      <Verdicts judge={judge} enabled={enabled} strength={much ? 2 : 1} />
      <div className={classes.extras}>
        <Hint label="Much better" keys="Shift" pressed={much} disabled={!enabled} onClick={() => setMuch(!much)} />
        <Hint label="Skip" keys="S" disabled={!enabled} onClick={() => act("skip")} />
        <Hint
          label={isFlagged ? "Flagged" : "Flag"}
          keys="F"
          pressed={isFlagged}
          disabled={!enabled}
          onClick={() => act("flag")}
        />
        <Hint
          label={last ? `Undo “${wordOf(last.verdict)}”` : "Undo"}
          keys="U"
          disabled={!last}
          onClick={() => act("undo")}
        />
        <Hint label="Comment" keys="C" pressed={hasComment} disabled={!enabled} onClick={() => act("comment")} />
        <Hint label="Difference" keys="D" pressed={difference} onClick={() => act("difference")} />
        <Hint label="All keys" keys="?" visibleFrom="sm" onClick={() => act("legend")} />
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
        name={`Answer 1 is ${word}`}
        short={`1 ${word}`}
        keys={["←", "1"]}
        disabled={!enabled}
        onClick={() => judge({ verdict: "preferred", winner: "left", strength })}
      />
      <Choice name="Tie" short="Tie" keys={["↑", "T"]} disabled={!enabled} onClick={() => judge({ verdict: "tie" })} />
      <Choice
        name="Both bad"
        short="Both bad"
        keys={["↓", "B"]}
        disabled={!enabled}
        onClick={() => judge({ verdict: "both_bad" })}
      />
      <Choice
        name={`Answer 2 is ${word}`}
        short={`2 ${word}`}
        keys={["→", "2"]}
        disabled={!enabled}
        onClick={() => judge({ verdict: "preferred", winner: "right", strength })}
      />
    </div>
  );
}

type ChoiceProps = { name: string; short: string; keys: string[]; disabled: boolean; onClick: () => void };

function Choice({ name, short, keys, disabled, onClick }: ChoiceProps) {
  return (
    <Button variant="default" size="md" px={6} aria-label={name} disabled={disabled} onClick={onClick}>
      {short}
      {keys.map((key, index) => (
        <Key key={key} name={key} isSecond={index > 0} />
      ))}
    </Button>
  );
}
