// The rooms, in the order of the loop, and the letter that follows `g` to go there.
import { links } from '../lib/links';

export interface Room {
  label: string;
  to: string;
  letter: string;
  /** Other first path segments that belong to this room. */
  also?: string[];
}

export const rooms: { title: string; rooms: Room[] }[] = [
  { title: '', rooms: [{ label: 'Overview', to: links.overview(), letter: 'o' }] },
  {
    title: 'Data',
    rooms: [
      { label: 'Data sets', to: links.datasets(), letter: 'd' },
      { label: 'Features', to: links.features(), letter: 'f' },
    ],
  },
  {
    title: 'Training',
    rooms: [
      { label: 'Pipelines', to: links.pipelines(), letter: 'p', also: ['pipeline-runs'] },
      { label: 'Experiments', to: links.experiments(), letter: 'x', also: ['runs', 'compare'] },
      { label: 'Models', to: links.models(), letter: 'm' },
    ],
  },
  {
    title: 'Serving',
    rooms: [
      { label: 'Endpoints', to: links.endpoints(), letter: 's' },
      { label: 'Predictions', to: links.predictions(), letter: 'i' },
      { label: 'Monitors', to: links.monitors(), letter: 'w' },
    ],
  },
  {
    title: 'Automation',
    rooms: [
      { label: 'Rules', to: links.rules(), letter: 'r' },
      { label: 'Events', to: links.events(), letter: 'e' },
    ],
  },
];

export const settings_room: Room = { label: 'Settings', to: links.settings(), letter: ',' };

export const all_rooms: Room[] = [...rooms.flatMap((group) => group.rooms), settings_room];

export function is_in(room: Room, pathname: string): boolean {
  const first = pathname.split('/')[1] ?? '';
  return room.to === '/' ? first === '' : `/${first}` === room.to || (room.also?.includes(first) ?? false);
}
