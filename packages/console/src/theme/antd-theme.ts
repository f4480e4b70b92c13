import { type ThemeConfig, theme } from 'antd';
import { codeFamily, fontFamily, metrics, motion, palettes, type ThemeName } from './tokens.ts';

/** antd's theme from our tokens. Motion is off for people who ask their system for less of it. */
export function antdTheme(name: ThemeName, reducedMotion: boolean): ThemeConfig {
  const palette = palettes[name];
  const seconds = (milliseconds: number): string => `${milliseconds / 1000}s`;
  return {
    algorithm: name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: palette.solid,
      colorPrimaryHover: palette.solid,
      colorPrimaryActive: palette.solid,
      colorError: palette.cinnabar,
      colorWarning: palette.amber,
      colorSuccess: palette.jade,
      colorInfo: palette.slate,
      colorLink: palette.ink,
      colorText: palette.ink,
      colorTextSecondary: palette.slate,
      colorTextTertiary: palette.slate,
      colorTextQuaternary: palette.slate,
      colorTextPlaceholder: palette.slate,
      colorTextLightSolid: palette.onSolid,
      colorBgBase: palette.card,
      colorBgLayout: palette.ground,
      colorBgContainer: palette.card,
      colorBgElevated: palette.card,
      colorBorder: palette.edge,
      colorBorderSecondary: palette.line,
      colorSplit: palette.line,
      controlItemBgHover: palette.hover,
      controlItemBgActive: palette.selected,
      controlOutline: 'transparent',
      fontFamily,
      fontFamilyCode: codeFamily,
      fontSize: 14,
      borderRadius: metrics.radius,
      borderRadiusLG: metrics.radius,
      borderRadiusSM: metrics.grid,
      controlHeight: metrics.control,
      sizeUnit: metrics.grid,
      sizeStep: metrics.grid,
      boxShadow: 'none',
      boxShadowSecondary: name === 'dark' ? '0 4px 16px rgb(0 0 0 / 40%)' : '0 4px 16px rgb(31 42 55 / 10%)',
      motion: !reducedMotion,
      motionDurationFast: seconds(motion.fast),
      motionDurationMid: seconds(motion.normal),
      motionDurationSlow: seconds(motion.slow),
      wireframe: false,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        defaultBorderColor: palette.rim,
        fontWeight: 500,
      },
      Input: { activeShadow: `0 0 0 1px ${palette.focus}`, activeBorderColor: palette.focus, hoverBorderColor: palette.slate },
      Select: { activeOutlineColor: palette.focus, activeBorderColor: palette.focus, hoverBorderColor: palette.slate },
      Segmented: {
        trackBg: palette.slateWash,
        itemSelectedBg: palette.card,
        itemColor: palette.slate,
        itemSelectedColor: palette.ink,
      },
      Modal: { contentBg: palette.card, headerBg: palette.card },
      Tooltip: { colorBgSpotlight: palettes.dark.selected, colorTextLightSolid: palettes.dark.ink },
    },
  };
}
