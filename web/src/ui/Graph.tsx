// A small graph, drawn in layers: left to right where there is room, top to bottom on a phone. Nodes are links.
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';

import { draw, path_of, type Direction, type GraphInput } from '../lib/layers';
import { A } from './A';
import { Mark, type Tone } from './Mark';

export interface GraphNode {
  id: string;
  /** Small line over the name: what kind of thing it is. */
  kind: string;
  name: string;
  /** Small line under the name. */
  note?: string;
  to?: string | null;
  tone?: Tone;
  /** The thing this page is about. */
  here?: boolean;
  on_select?: () => void;
}

interface GraphProps {
  label: string;
  nodes: GraphNode[];
  edges: { from: string; to: string; relation?: string }[];
}

const node_width_px = { most: 168, least: 104 };
const node_height_px = 64;
const narrow_px = 560;

/** Draws at the comfortable size, or narrower where that makes it fit the page. */
function fit(input: GraphInput, direction: Direction, width: number) {
  const size = { width: node_width_px.most, height: node_height_px, layer_gap: direction === 'right' ? 56 : 40, node_gap: 16 };
  const picture = draw(input, size, direction);
  if (width === 0 || picture.width <= width) return { picture, node_width: size.width };
  const narrower = direction === 'right' ? { ...size, layer_gap: 32 } : { ...size, node_gap: 12 };
  let narrow = draw(input, narrower, direction);
  while (narrow.width > width - 4 && narrower.width > node_width_px.least) {
    narrower.width = Math.max(node_width_px.least, narrower.width - 4);
    narrow = draw(input, narrower, direction);
  }
  return { picture: narrow, node_width: narrower.width };
}

export function Graph({ label, nodes, edges }: GraphProps) {
  const { ref, width } = useElementSize();
  const direction: Direction = width > 0 && width < narrow_px ? 'down' : 'right';
  const { picture, node_width } = useMemo(() => fit({ nodes, edges }, direction, width), [nodes, edges, direction, width]);
  return (
    <div ref={ref} className="graph" role="group" aria-label={label} tabIndex={picture.width > width ? 0 : undefined}>
      <div className="graph-canvas" style={{ width: picture.width, height: picture.height }}>
        <svg width={picture.width} height={picture.height} aria-hidden="true">
          {picture.edges.map((edge) => (
            <path key={`${edge.from} ${edge.to}`} d={path_of(edge.points, direction)} />
          ))}
        </svg>
        {nodes.map((node) => {
          const at = picture.nodes.get(node.id);
          if (!at) return null;
          const style = { left: at.x, top: at.y, width: node_width, height: node_height_px };
          const className = `graph-node${node.here ? ' here' : ''}${node.tone ? ` tone-${node.tone}` : ''}`;
          const inside = (
            <>
              <span className="graph-kind">
                {node.tone && <Mark tone={node.tone} size={10} />}
                {node.kind}
              </span>
              <span className="graph-name" title={node.name}>
                {node.name}
              </span>
              {node.note && <span className="graph-note">{node.note}</span>}
            </>
          );
          if (node.on_select) {
            return (
              <button key={node.id} type="button" className={className} style={style} onClick={node.on_select} aria-pressed={node.here}>
                {inside}
              </button>
            );
          }
          return node.to && !node.here ? (
            <A key={node.id} to={node.to} className={className} style={style}>
              {inside}
            </A>
          ) : (
            <div key={node.id} className={className} style={style} aria-current={node.here ? 'page' : undefined}>
              {inside}
            </div>
          );
        })}
      </div>
    </div>
  );
}
