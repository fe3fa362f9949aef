import { SegmentedControl } from '@mantine/core';
import { useParams } from '@tanstack/react-router';

import { useApi } from '../../api/query';
import type { RuleEvaluation, RuleResponse } from '../../api/types';
import { commands } from '../../lib/commands';
import { links } from '../../lib/links';
import { with_local_times } from '../../lib/time';
import { field, one_of } from '../../lib/url_state';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { Mark, tone_of_state } from '../../ui/Mark';
import { Noun } from '../../ui/Noun';
import { Facts, Page, Section } from '../../ui/Page';
import { Time } from '../../ui/Time';
import { useUrlState } from '../../ui/useUrlState';
import { actions_text, clauses_of, results_of, short_values } from './rule_text';

const verdicts = ['all', 'acted', 'held', 'skipped', 'failed'] as const;
const fields = { verdict: field(one_of(verdicts), 'all' as (typeof verdicts)[number]) };

export function RulePage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const rule = useApi('/api/v1/rules/{name}', { name });
  const last_event = rule.data?.evaluations.find((each) => each.event_id)?.event_id ?? undefined;
  return (
    <Page title={name} trail={[['Rules', links.rules()]]} command={[commands.rule(name), ...(last_event === undefined ? [] : [commands.test_rule(name, last_event)])]}>
      <Answer of={rule} missing={<Empty title={`There is no rule ${name}`} command={commands.rules()} />}>
        {(answer) => <Loaded rule={answer} />}
      </Answer>
    </Page>
  );
}

function Loaded({ rule }: { rule: RuleResponse }) {
  const [state, set_state] = useUrlState(fields);
  const shown = rule.evaluations.filter((each) => state.verdict === 'all' || each.verdict === state.verdict);
  const acted = rule.evaluations.filter((each) => each.verdict === 'acted').length;
  return (
    <>
      <Facts
        facts={[
          ['Kind', rule.kind === 'selection' ? 'chooses among candidates' : 'acts on what happens'],
          ['Project', rule.project],
          ['Evaluated', rule.evaluations.length],
          ['Acted', acted],
          ['Last', rule.evaluations[0] && <Time ms={rule.evaluations[0].at_ms} relative />],
        ]}
      />
      <dl className="rule-text">
        {clauses_of(rule).map(([clause, text]) => (
          <div key={clause} style={{ display: 'contents' }}>
            <dt>{clause}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Section
        title="Decisions"
        note="with the values they saw"
        actions={
          rule.evaluations.length > 0 && (
            <SegmentedControl size="xs" data={verdicts.map((value) => ({ value, label: value }))} value={state.verdict} onChange={(verdict) => set_state({ verdict: verdict as (typeof verdicts)[number] })} />
          )
        }
      >
        {shown.length > 0 ? (
          <ol className="chain">
            {shown.map((each) => (
              <Decision key={each.id} decision={each} />
            ))}
          </ol>
        ) : rule.evaluations.length > 0 ? (
          <p className="quiet">None of these.</p>
        ) : (
          <Empty title="It was never asked" command={commands.test_rule(rule.name, 1)}>
            It waits for {Array.isArray(rule.on) ? rule.on.join(' or ') : rule.on}. A dry run on any event tells what it would do.
          </Empty>
        )}
      </Section>
    </>
  );
}

function Decision({ decision }: { decision: RuleEvaluation }) {
  const values = short_values(decision.values);
  const results = results_of(decision.actions);
  const actions = actions_text(decision.actions);
  return (
    <li>
      <Mark tone={tone_of_state(decision.verdict)} />
      <div style={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: '0 16px' }}>
        <span>
          <strong style={{ fontWeight: 550 }}>{decision.verdict}</strong>
          {actions && decision.verdict === 'acted' ? `: ${actions}` : ''}
          {results.map((result) => (
            <span key={result.id}>
              {' → '}
              <Noun kind={result.kind} id={result.id} label={result.kind === 'pipeline_run' ? `run ${result.id}` : undefined} />
            </span>
          ))}
          {decision.reason ? ` (${with_local_times(decision.reason)})` : ''}
        </span>
        <span className="hint">
          <Time ms={decision.at_ms} />
        </span>
      </div>
      {decision.sentence && (
        <div>
          because <code>{decision.sentence}</code>
        </div>
      )}
      <div className="hint">
        {values.map(([name, text]) => `${name} = ${text}`).join(', ')}
        {decision.event_id && (
          <>
            {values.length > 0 && ' · '}
            <A to={links.event(decision.event_id)}>event {decision.event_id}</A>
          </>
        )}
      </div>
    </li>
  );
}
