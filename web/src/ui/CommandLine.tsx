import { Copy } from './Copy';

export function CommandLine({ lines }: { lines: string[] }) {
  return (
    <div className="command">
      <pre tabIndex={0} aria-label="Command line">
        {lines.map((line) => (
          <code key={line}>
            <span className="prompt" aria-hidden="true">
              ${' '}
            </span>
            {line}
            {'\n'}
          </code>
        ))}
      </pre>
      <Copy text={lines.join('\n')} />
    </div>
  );
}
