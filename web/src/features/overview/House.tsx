// The house: a roof, six rooms in the order of the loop, and below them the hall (maru, the wooden floor) where the
// rules live, through which what monitoring saw goes back to the data. Everything stands still; numbers change.
import { useElementSize } from '@mantine/hooks';

import type { Stage, StageId } from '../../api/types';
import { number } from '../../lib/format';
import { links } from '../../lib/links';
import { with_local_times } from '../../lib/time';
import { A } from '../../ui/A';
import { Mark, tone_of_state } from '../../ui/Mark';

const order: StageId[] = ['data', 'features', 'training', 'registry', 'serving', 'monitoring'];

const page_of: Record<StageId, string> = {
  data: links.datasets(),
  features: links.features(),
  training: links.pipelines(),
  registry: links.models(),
  serving: links.endpoints(),
  monitoring: links.monitors(),
  automation: links.rules(),
};

const titles: Record<StageId, string> = {
  data: 'Data',
  features: 'Features',
  training: 'Training',
  registry: 'Registry',
  serving: 'Serving',
  monitoring: 'Monitoring',
  automation: 'Rules',
};

/** What a room that is still empty waits for. */
const waits_for: Record<StageId, string> = {
  data: 'no data set yet',
  features: 'none declared yet',
  training: 'no run yet',
  registry: 'no model yet',
  serving: 'no endpoint yet',
  monitoring: 'nothing watched yet',
  automation: 'no rule yet: what is seen is not acted on',
};

export function House({ stages }: { stages: Stage[] }) {
  const { ref, width } = useElementSize();
  const by_id = new Map(stages.map((stage) => [stage.id, stage]));
  return (
    <div className="house" ref={ref}>
      <Roof width={width || 1000} />
      <ol className="house-rooms">
        {order.map((id) => (
          <li key={id}>
            <Room id={id} stage={by_id.get(id)} />
          </li>
        ))}
      </ol>
      <div className="house-floor" aria-hidden="true" />
      <Hall width={width || 1000} stage={by_id.get('automation')} />
    </div>
  );
}

function Room({ id, stage }: { id: StageId; stage?: Stage }) {
  const is_empty = !stage || stage.state === 'empty';
  return (
    <A to={page_of[id]} className={`room tone-${tone_of_state(stage?.state ?? 'empty')}`}>
      <span className="room-title">
        <Mark tone={tone_of_state(stage?.state ?? 'empty')} size={10} />
        {titles[id]}
        <span className="visually-hidden">: {stage?.state ?? 'empty'}</span>
      </span>
      {is_empty ? (
        <span className="room-number none">–</span>
      ) : (
        <span className="room-number">
          {typeof stage.number === 'number' ? number(stage.number) : (stage.number ?? '–')}
          <small>{stage.unit}</small>
        </span>
      )}
      <span className="room-label">{is_empty ? waits_for[id] : with_local_times(stage.label)}</span>
    </A>
  );
}

/** Eaves that rise at their ends, a ridge, and the shadow line of the rafters. */
function Roof({ width }: { width: number }) {
  const height = width < 640 ? 56 : 88;
  const at = (share: number) => Math.round(width * share);
  const eaves = height - 10;
  const ridge = 10;
  const left = `M2,${eaves - 12}C${at(0.07)},${eaves - 8} ${at(0.14)},${height * 0.5} ${at(0.2)},${ridge}`;
  const right = `L${at(0.8)},${ridge}C${at(0.86)},${height * 0.5} ${at(0.93)},${eaves - 8} ${width - 2},${eaves - 12}`;
  const under = `C${at(0.86)},${eaves + 5} ${at(0.7)},${eaves} ${at(0.5)},${eaves}S${at(0.14)},${eaves + 5} 2,${eaves - 12}`;
  const tiles = Array.from({ length: width < 640 ? 10 : 23 }, (_, index, all = width < 640 ? 10 : 23) => {
    const share = (index + 1) / (all + 1);
    const top = at(0.2 + share * 0.6);
    const bottom = at(0.06 + share * 0.88);
    return `M${top},${ridge}Q${(top * 1.4 + bottom * 0.6) / 2},${height * 0.55} ${bottom},${eaves - 1}`;
  });
  return (
    <svg className="house-roof" width={width} height={height} aria-hidden="true">
      <path className="faint" d={tiles.join('')} />
      <path className="surface" d={`${left}${right}${under}Z`} />
      <path d={`M${at(0.17)},${ridge - 4}Q${at(0.2)},${ridge - 1} ${at(0.23)},${ridge}L${at(0.77)},${ridge}Q${at(0.8)},${ridge - 1} ${at(0.83)},${ridge - 4}`} />
    </svg>
  );
}

/** The way back, from under monitoring to under data, with the rules standing on it. */
function Hall({ width, stage }: { width: number; stage?: Stage }) {
  const narrow = width < 640;
  const [from, to] = narrow ? [width - 24, 24] : [width * (11 / 12), width / 12];
  const height = 96;
  const line = 56;
  const bend = 14;
  const is_empty = !stage || stage.state === 'empty';
  return (
    <div className="hall" style={{ height }}>
      <svg width={width} height={height} aria-hidden="true">
        <path d={`M${from},4V${line - bend}Q${from},${line} ${from - bend},${line}H${to + bend}Q${to},${line} ${to},${line - bend}V6`} />
        <path d={`M${to - 5},12L${to},5L${to + 5},12`} />
      </svg>
      <A to={page_of.automation} className={`hall-room tone-${tone_of_state(stage?.state ?? 'empty')}`}>
        <Mark tone={tone_of_state(stage?.state ?? 'empty')} size={10} />
        <span className="room-title">Rules</span>
        <span className="hall-label">
          {is_empty ? waits_for.automation : `${typeof stage.number === 'number' ? number(stage.number) : ''} ${stage.unit} · ${with_local_times(stage.label)}`}
        </span>
      </A>
    </div>
  );
}
