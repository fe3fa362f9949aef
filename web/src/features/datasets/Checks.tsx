import type { CheckCounts, CheckResult } from '../../api/types';
import { plural } from '../../lib/format';
import { Mark } from '../../ui/Mark';

export function CheckSummary({ checks }: { checks: CheckCounts | null | undefined }) {
  const { passed = 0, failed = 0, warned = 0 } = checks ?? {};
  if (passed + failed + warned === 0) return <span className="quiet">none</span>;
  const tone = failed > 0 ? 'alert' : warned > 0 ? 'warning' : 'ok';
  const words = failed > 0 ? `${failed} failed` : warned > 0 ? `${warned} warned` : `${passed} passed`;
  return (
    <span className={`state tone-${tone}`} title={`${passed} passed, ${warned} warned, ${failed} failed`}>
      <Mark tone={tone} size={10} />
      <span>{words}</span>
    </span>
  );
}

const tone_of = (check: CheckResult) => (check.passed ? 'ok' : check.severity === 'warn' ? 'warning' : 'alert');

/** Every expectation with what was seen; the first rows that failed. */
export function CheckList({ checks }: { checks: CheckResult[] }) {
  return (
    <ul className="events">
      {checks.map((check) => (
        <li key={check.expect}>
          <Mark tone={tone_of(check)} />
          <span>
            <code>{check.expect}</code>
            {!check.passed && (
              <span className="hint" style={{ display: 'block' }}>
                {check.message}
                {check.sample.length > 0 && ` For example ${check.sample.map((each) => `row ${each.row}: ${each.value}`).join('; ')}.`}
              </span>
            )}
          </span>
          <span className="event-when quiet">
            {check.observed}
            {check.failing_rows > 0 ? `, ${plural(check.failing_rows, 'row')} failing` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
