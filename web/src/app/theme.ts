import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Celadon from pale to deep; 7 on paper, 3 on ink. */
const celadon: MantineColorsTuple = [
  '#eef6f3', '#dcece7', '#b6d8ce', '#7cc4b1', '#5fae9a', '#469885', '#2f8271', '#1f6f5f', '#185a4d', '#11453b',
];

export const theme = createTheme({
  primaryColor: 'celadon',
  primaryShade: { light: 7, dark: 3 },
  colors: { celadon },
  autoContrast: true,
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 6,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
});

/** Mantine's controls take their colours from our tokens. */
export const variables: CSSVariablesResolver = () => {
  const own = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunk)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-2)',
  };
  return { variables: {}, light: own, dark: own };
};
