/*
 * The styles of the panel and of the control, and over them those of the site's theme.
 */

import { css } from "./notice.js";

// Each declaration gets !important below, and the doubled id outweighs what pages write: no page style can set one
// button off against the other. Strings that are added become one in the build, and comments stay here.
export const STYLES = (
  "consent-notice:not(#_#_){" +
  "all:initial;color-scheme:light dark;background:Canvas;font:medium/1.5 system-ui;" +
  "position:fixed;z-index:2147483647;inset-block-end:0;inset-inline-start:0;" +
  // Half the window at most, but never less than the buttons and a few lines need. What does not fit is scrolled.
  "box-sizing:border-box;max-width:min(100%,44em);max-height:min(100%,max(50%,200px));border:1px solid;" +
  "display:flex;flex-direction:column;" +
  "*,::before,::after{all:revert;}" +
  "p{margin:12px 12px 0;}" +
  // Plain colours: system colours on buttons come out white on white where colours are forced.
  "button{flex:1;font:inherit;padding:8px;border:1px solid;overflow-wrap:anywhere;" +
  "color:light-dark(#fff,#000);background:light-dark(#245,#bde);}" +
  "> div{display:flex;flex-direction:column;min-height:0;}" +
  // Only the text scrolls. It is no scroll container of the tab order's own making: see `draw`.
  "div div{overflow:auto;}" +
  "div div+div{display:flex;flex:none;gap:8px;padding:12px;}" +
  // Within the button, where nothing cuts it off and the text's contrast holds.
  ":focus-visible{outline:2px solid;outline-offset:-5px;}" +
  "[hidden]{display:none;}" +
  css + // a theme
  "@media print{display:none;}" +
  "}"
).replace(/;/g, "!important;");
