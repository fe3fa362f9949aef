import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Celadon from pale to deep; 7 on paper, 3 on ink. */
const celadon: MantineColorsTuple = [
  '#eef6f3', '#dcece7', '#b6d8ce', '#7cc4b1', '#5fae9a', '#469885', '#2f8271', '#1f6f5f', '#185a4d', '#11453b',
];

/** Mantine's greys, warmed to our paper and ink. */
const gray: MantineColorsTuple = [
  '#fbfaf7', '#f5f3ee', '#e9e6df', '#dedad1', '#cfcbc1', '#aaa79d', '#868a82', '#515a55', '#343b37', '#1c2320',
];
const dark: MantineColorsTuple = [
  '#e6eae7', '#b0b9b4', '#8b958f', '#5c6560', '#3d4642', '#2f3633', '#1e2422', '#191e1c', '#131715', '#0e1110',
];

export const theme = createTheme({
  primaryColor: 'celadon',
  primaryShade: { light: 7, dark: 3 },
  colors: { celadon, gray, dark },
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
  return { variables: {}, light: own, dark: { ...own, '--mantine-primary-color-contrast': '#0f1613' } };
};
