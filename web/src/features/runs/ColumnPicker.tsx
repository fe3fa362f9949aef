import { Button, Checkbox, Popover, ScrollArea, TextInput } from '@mantine/core';
import { useState } from 'react';

import type { RunColumns } from './table';

const listed_limit = 100;

interface ColumnPickerProps {
  known: RunColumns;
  shown: string[];
  on_change: (shown: string[]) => void;
}

/** Which metrics and params are columns. With thousands of names, the box narrows them. */
export function ColumnPicker({ known, shown, on_change }: ColumnPickerProps) {
  const [words, set_words] = useState('');
  const all = [...known.metrics.map((key) => `metrics.${key}`), ...known.params.map((key) => `params.${key}`)];
  const found = all.filter((id) => id.toLowerCase().includes(words.toLowerCase()));
  const toggle = (id: string) => on_change(shown.includes(id) ? shown.filter((each) => each !== id) : [...shown, id]);
  return (
    <Popover position="bottom-end" width={280} shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="default" disabled={all.length === 0}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput size="xs" placeholder="Find a metric or param" aria-label="Find a column" value={words} onChange={(event) => set_words(event.currentTarget.value)} mb={8} />
        <ScrollArea.Autosize mah={320}>
          {found.slice(0, listed_limit).map((id) => (
            <Checkbox key={id} size="xs" py={4} label={id} checked={shown.includes(id)} onChange={() => toggle(id)} />
          ))}
          {found.length > listed_limit && <p className="hint">and {found.length - listed_limit} more</p>}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
