// What a change of the rule does to the settings that belong to it.
import { useQuery } from "@tanstack/react-query";

import { rulesQuery } from "@/api/rounds";
import type { RoundConfig, RuleDefaults } from "@/api/types";

const OWN = ["over_generation", "samples_per_prompt"] as const;

/** Those that were the former rule's become the new one's; what differs was chosen, and stays. */
export function useRuleChange() {
  const { data: rules } = useQuery(rulesQuery);
  return (now: RoundConfig, before: RoundConfig) =>
    rules && now.rule !== before.rule ? ownOf(now, before, rules) : {};
}

function ownOf(now: RoundConfig, before: RoundConfig, rules: RuleDefaults): Partial<RoundConfig> {
  const own: Partial<RoundConfig> = {};
  for (const name of OWN) if (now[name] === rules[before.rule]?.[name]) own[name] = rules[now.rule]?.[name];
  return own;
}
