import { useLayoutEffect, useRef } from 'react';

import { useApi } from '../../api/query';
import type { StepRun } from '../../api/types';
import { Answer } from '../../ui/Answer';

const refresh_ms = 1_500;
const near_end_px = 48;

/** The log of a step. While it grows, the end stays in view unless the reader has scrolled away from it. */
export function StepLog({ run_id, step }: { run_id: number | string; step: StepRun }) {
  const has_run = step.started_ms !== null;
  const log = useApi('/api/v1/pipeline-runs/{id}/steps/{step}/log', { id: run_id, step: step.name }, {
    enabled: has_run,
    refresh_ms: step.state === 'running' ? refresh_ms : false,
    keep: false,
  });
  const box = useRef<HTMLPreElement>(null);
  const at_end = useRef(true);
  useLayoutEffect(() => {
    if (box.current && at_end.current) box.current.scrollTop = box.current.scrollHeight;
  }, [log.data]);
  if (!has_run) return <p className="quiet">It has not started, so it has said nothing.</p>;
  return (
    <Answer of={log} lines={4} missing={<p className="quiet">It said nothing.</p>}>
      {(text) => (
        <pre
          ref={box}
          className="code-block log"
          tabIndex={0}
          aria-label={`Log of ${step.name}`}
          onScroll={({ currentTarget: at }) => {
            at_end.current = at.scrollHeight - at.scrollTop - at.clientHeight < near_end_px;
          }}
        >
          {text === '' ? 'It said nothing.' : text}
        </pre>
      )}
    </Answer>
  );
}
