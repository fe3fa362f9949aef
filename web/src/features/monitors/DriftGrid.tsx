import type { MonitorResult } from '../../api/types';
import { links } from '../../lib/links';
import { window_name } from '../../lib/time';
import { A } from '../../ui/A';

interface DriftGridProps {
  monitor: string;
  columns: string[];
  results: MonitorResult[];
}

/** Inputs down, windows across; a filled square is an input that left the reference in that window. */
export function DriftGrid({ monitor, columns, results }: DriftGridProps) {
  return (
    <div className="drift-grid" tabIndex={0} role="region" aria-label="Drifted inputs by window">
      <table>
        <thead>
          <tr>
            <th />
            {results.map((result) => (
              <th key={result.id} scope="col">
                <span>{window_name(result.window_start_ms, result.window_end_ms)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column}>
              <th scope="row">{column}</th>
              {results.map((result) => {
                const drifted = result.drift?.drifted.includes(column) ?? false;
                const label = `${column}, ${window_name(result.window_start_ms, result.window_end_ms)}: ${drifted ? 'drifted' : 'as in the reference'}`;
                return (
                  <td key={result.id}>
                    <A to={links.monitor_result(monitor, result.id)} title={label} aria-label={label}>
                      <i className={drifted ? 'drifted' : undefined} />
                    </A>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
