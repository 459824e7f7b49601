const SVG = 'http://www.w3.org/2000/svg';

/** Outlines on a 24 by 24 field. */
const paths = {
  back: 'M15 5l-7 7 7 7',
  send: 'M4 12l16-8-6 16-3-7z',
  pin: 'M9 3h6l-1 6 4 4H6l4-4zM12 13v8',
  down: 'M6 9l6 6 6-6',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2',
  check: 'M5 13l4 4L19 7',
  checks: 'M2 13l4 4L15 8M11 17L21 7',
  bellOff: 'M6 16h12l-2-3V10a4 4 0 0 0-6-3.5M8 9v4l-2 3M10.5 19h3M4 4l16 16',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  calendar: 'M5 6h14v14H5zM5 10h14M9 3v4M15 3v4',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5l11 7-11 7z',
  alert: 'M12 4l9 16H3zM12 10v4M12 17v.5',
  clip: 'M20 11l-8 8a5 5 0 0 1-7-7l9-9a3.5 3.5 0 0 1 5 5l-9 9a2 2 0 0 1-3-3l8-8',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  close: 'M6 6l12 12M18 6L6 18',
  pencil: 'M4 20l1-5L16 4l4 4L9 19z',
} as const;

export type IconName = keyof typeof paths;

/** @returns A drawing beside or instead of a text; the text, or a label, says what it means. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon icon-${name}`);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
