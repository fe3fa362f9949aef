import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';

import { useSend } from '../../api/query';
import type { TensorSpec } from '../../api/types';
import { value_text } from '../../lib/format';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Trouble } from '../../ui/Answer';
import { first_values, infer_body, row_width } from './infer';

interface TryItProps {
  name: string;
  inputs: TensorSpec[];
  /** Whether the endpoint keeps what it answers, so that the answer can be looked up. */
  is_kept: boolean;
}

/** One field a tensor, one row a request. */
export function TryIt({ name, inputs, is_kept }: TryItProps) {
  const [typed, set_typed] = useState<Record<string, string>>({});
  const [problem, set_problem] = useState<string>();
  const infer = useSend('POST /v2/models/{name}/infer', ['/api/v1/endpoints/{name}/series']);
  const given = { ...first_values(inputs), ...typed };
  const send = () => {
    try {
      const body = infer_body(inputs, given);
      set_problem(undefined);
      infer.mutate({ params: { name }, body });
    } catch (wrong) {
      set_problem((wrong as Error).message);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="fields">
        {inputs.map((spec) => (
          <TextInput
            key={spec.name}
            size="xs"
            label={spec.name}
            description={row_width(spec) > 1 ? `${row_width(spec)} values` : undefined}
            value={given[spec.name] ?? ''}
            error={problem?.startsWith(`${spec.name}: `) ? problem.slice(spec.name.length + 2) : undefined}
            onChange={(event) => set_typed({ ...typed, [spec.name]: event.currentTarget.value })}
          />
        ))}
      </div>
      <div className="try-answer">
        <Button type="submit" loading={infer.isPending}>
          Predict
        </Button>
        <div aria-live="polite">
          {infer.data && (
            <span>
              {infer.data.outputs.map((output) => (
                <span key={output.name} className="try-output">
                  {output.name} <strong>{output.data.slice(0, 8).map(value_text).join(', ')}</strong>
                </span>
              ))}
              {infer.data.model_version && <span className="quiet">version {infer.data.model_version} </span>}
              {infer.data.id && is_kept && (
                <A to={links.prediction(infer.data.id)} className="quiet">
                  where it came from
                </A>
              )}
            </span>
          )}
        </div>
      </div>
      {infer.error && <Trouble error={infer.error} />}
    </form>
  );
}
