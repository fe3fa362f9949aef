import { useApi } from '../../api/query';
import type { RuleSummary } from '../../api/types';
import { commands } from '../../lib/commands';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { History } from '../../ui/History';
import { Mark, State, tone_of_state } from '../../ui/Mark';
import { Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { actions_text, on_text } from './rule_text';

export function RulesPage() {
  const rules = useApi('/api/v1/rules');
  return (
    <Page title="Rules" what="What to do when something happens, in the language of the search box. Each decision is kept with the values it saw." command={commands.rules()}>
      <Answer of={rules}>
        {(answer) =>
          answer.rules.length === 0 ? (
            <Empty title="No rule yet" command={commands.apply()}>
              Write rules in maru.yaml, such as: on monitor.evaluated, when rmse &gt; 1.15 * baseline.rmse, do run train. Then apply the project.
            </Empty>
          ) : (
            <Section title="All rules">
              <ul>
                {answer.rules.map((rule) => (
                  <RuleCard key={rule.name} rule={rule} />
                ))}
              </ul>
            </Section>
          )
        }
      </Answer>
      <History title="What they did" type="rule.acted" />
    </Page>
  );
}

function RuleCard({ rule }: { rule: RuleSummary }) {
  return (
    <li className="rule-card">
      <div>
        <h3>
          <Mark tone={rule.last?.verdict ? tone_of_state(rule.last.verdict) : 'empty'} size={10} />
          <A to={links.rule(rule.name)}>{rule.name}</A>
        </h3>
        <p>
          On {on_text(rule)}
          {rule.every && <> every <code>{rule.every}</code></>}
          {rule.when && (
            <>
              {' '}
              when <code>{rule.when}</code>
            </>
          )}
          {rule.select && (
            <>
              , <code>{rule.select}</code>
            </>
          )}
          : {actions_text(rule.do)}
          {rule.at_most && `, at most ${rule.at_most}`}.
        </p>
      </div>
      <div className="hint">
        {rule.last?.at_ms ? (
          <>
            <State state={rule.last.verdict} /> <Time ms={rule.last.at_ms} relative />
          </>
        ) : (
          'never evaluated'
        )}
      </div>
    </li>
  );
}
