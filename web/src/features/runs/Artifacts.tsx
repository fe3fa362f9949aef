import { useState } from 'react';

import { useApi } from '../../api/query';
import type { FileInfo } from '../../api/types';
import { bytes, nothing } from '../../lib/format';
import { Answer } from '../../ui/Answer';
import { Section } from '../../ui/Page';

/** The files of a run; folders open in place, files download. */
export function Artifacts({ run_id }: { run_id: string }) {
  return (
    <Section title="Artifacts">
      <Folder run_id={run_id} path="" depth={0} />
    </Section>
  );
}

function Folder({ run_id, path, depth }: { run_id: string; path: string; depth: number }) {
  const answer = useApi('/ajax-api/2.0/mlflow/artifacts/list', {}, { query: { run_id, path } });
  return (
    <Answer of={answer} lines={2}>
      {({ files = [] }) =>
        files.length === 0 ? (
          <p className="quiet">{depth === 0 ? 'No files were logged.' : 'Empty folder.'}</p>
        ) : (
          <ul>
            {files.map((file) => (
              <Entry key={file.path} run_id={run_id} file={file} depth={depth} />
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

function Entry({ run_id, file, depth }: { run_id: string; file: FileInfo; depth: number }) {
  const [open, set_open] = useState(false);
  const name = file.path.split('/').at(-1);
  const row = { display: 'flex', justifyContent: 'space-between', gap: 16, lineHeight: '32px', paddingLeft: depth * 24 } as const;
  if (!file.is_dir) {
    const href = `/get-artifact?run_id=${encodeURIComponent(run_id)}&path=${encodeURIComponent(file.path)}`;
    return (
      <li style={row}>
        <a href={href} download={name}>
          {name}
        </a>
        <span className="quiet nowrap">{file.file_size === undefined ? nothing : bytes(Number(file.file_size))}</span>
      </li>
    );
  }
  return (
    <li>
      <div style={row}>
        <button type="button" className="link-button" aria-expanded={open} onClick={() => set_open(!open)}>
          {open ? '▾' : '▸'} {name}/
        </button>
      </div>
      {open && <Folder run_id={run_id} path={file.path} depth={depth + 1} />}
    </li>
  );
}
