// Around every page: the rooms at the side, search on top, whether the page is live at the foot.
import { Modal, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { Connection } from '../api/live';
import type { StatusResponse } from '../api/types';
import { links } from '../lib/links';
import { clock_is_moved } from '../lib/time';
import { A } from '../ui/A';
import { Mark } from '../ui/Mark';
import { Time } from '../ui/Time';
import { useKeys } from './keys';
import { all_rooms, is_in, rooms, settings_room, type Room } from './navigation';
import { Search } from './Search';
import { useLive } from './useLive';

export function Shell() {
  const router = useRouter();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const { connection, status } = useLive();
  const search = useRef<HTMLInputElement>(null);
  const [menu, set_menu] = useState(false);
  const [help, set_help] = useState(false);
  const actions = useMemo(
    () => ({
      go: (to: string) => router.history.push(to),
      search: () => search.current?.focus(),
      help: () => set_help(true),
    }),
    [router],
  );
  useKeys(actions);
  useEffect(() => set_menu(false), [pathname]);
  const close_help = useCallback(() => set_help(false), []);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the page
      </a>
      <Side pathname={pathname} open={menu} connection={connection} status={status} on_help={actions.help} on_close={() => set_menu(false)} />
      <div className="main">
        <div className="top-bar">
          <button type="button" className="icon-button menu-button" aria-label="Menu" aria-expanded={menu} onClick={() => set_menu(!menu)}>
            <svg width="18" height="18" viewBox="0 0 18 18" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
              <path d="M3 5h12M3 9h12M3 13h12" />
            </svg>
          </button>
          <Search ref={search} />
          {status && clock_is_moved() && (
            <span className="bar-clock">
              The server's clock says <Time ms={status.now_ms} />
            </span>
          )}
          <SchemeButton moved={!(status && clock_is_moved())} />
        </div>
        <main id="content" tabIndex={-1} style={{ outline: 'none' }}>
          <Outlet />
        </main>
      </div>
      <Modal opened={help} onClose={close_help} title="Keys" size="sm" centered>
        <dl className="facts" style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: '8px 24px' }}>
          <Key keys={['/']} what="Search" />
          <Key keys={['?']} what="This list" />
          {all_rooms.map((room) => (
            <Key key={room.to} keys={['g', room.letter]} what={room.label} />
          ))}
        </dl>
      </Modal>
    </div>
  );
}

function Key({ keys, what }: { keys: string[]; what: string }) {
  return (
    <div style={{ display: 'flex', justifyContent: 'space-between' }}>
      <dt style={{ fontSize: 14, lineHeight: '24px' }}>{what}</dt>
      <dd>
        {keys.map((key) => (
          <kbd key={key} style={{ marginLeft: 4 }}>
            {key}
          </kbd>
        ))}
      </dd>
    </div>
  );
}

interface SideProps {
  pathname: string;
  open: boolean;
  connection: Connection;
  status?: StatusResponse;
  on_help: () => void;
  on_close: () => void;
}

function Side({ pathname, open, connection, status, on_help, on_close }: SideProps) {
  const room_link = (room: Room) => (
    <A key={room.to} to={room.to} aria-current={is_in(room, pathname) ? 'page' : undefined} title={`g ${room.letter}`} onClick={on_close}>
      {room.label}
    </A>
  );
  return (
    <aside className={`side${open ? ' open' : ''}`} onKeyDown={(event) => event.key === 'Escape' && on_close()}>
      <A to={links.overview()} className="brand">
        <Roof />
        Maru
      </A>
      <nav className="nav" aria-label="Rooms">
        {rooms.map((group) => (
          <div key={group.title} className="nav-group">
            {group.title && <span>{group.title}</span>}
            {group.rooms.map(room_link)}
          </div>
        ))}
      </nav>
      <div className="side-foot">
        <div className="row">
          <Live connection={connection} />
          {status && <span>{status.version}</span>}
        </div>
        <div className="row">
          <A to={settings_room.to}>Settings</A>
          <button type="button" className="link-button" onClick={on_help}>
            Keys <kbd>?</kbd>
          </button>
        </div>
      </div>
    </aside>
  );
}

export function Roof({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M3 13c4.5-.6 9.4-3.4 13-7 3.6 3.6 8.5 6.4 13 7" />
      <path d="M7.5 14v11M16 14v11M24.5 14v11M4 25.5h24" />
    </svg>
  );
}

const connections: Record<Connection, { tone: 'ok' | 'empty' | 'warning'; text: string }> = {
  live: { tone: 'ok', text: 'live' },
  connecting: { tone: 'empty', text: 'connecting' },
  lost: { tone: 'warning', text: 'connecting again' },
};

function Live({ connection }: { connection: Connection }) {
  const { tone, text } = connections[connection];
  return (
    <span className="state" role="status" title="Whether this page hears the server's events">
      <Mark tone={tone} size={10} />
      {text}
    </span>
  );
}

function SchemeButton({ moved }: { moved: boolean }) {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <button type="button" className="icon-button" style={moved ? { marginLeft: 'auto' } : undefined} aria-label={`Use the ${other} colours`} onClick={() => setColorScheme(other)}>
      <svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <circle cx="9" cy="9" r="6" />
        <path d="M9 3a6 6 0 0 1 0 12z" fill="currentColor" stroke="none" />
      </svg>
    </button>
  );
}
