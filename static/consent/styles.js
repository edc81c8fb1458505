/*
 * The styles of the panel and of the control, and over them those of the site's theme.
 */

import { css } from "./notice.js";

// Each declaration gets !important below, and the doubled id outweighs what pages write: no page style can set one
// button off against the other. Strings that are added become one in the build, and comments stay here.
export const STYLES = (
  "consent-notice:popover-open:not(#_#_){" +
  "all:initial;color-scheme:light dark;background:Canvas;font:medium/1.4 system-ui;" +
  "position:fixed;inset-block:auto 0;inset-inline:0 auto;" +
  // Half the window at most, but never less than the buttons and a few lines need. What does not fit is scrolled.
  "max-width:52em;max-height:max(50%,200px);" +
  "display:flex;flex-flow:column;border:1px solid #8888;border-radius:8px;box-shadow:0 0 16px #8888;" +
  "@media(width>480px){margin:16px;}" +
  "*,::before,::after{all:revert;}" +
  "p{margin:0 16px 8px;}" +
  "p:first-child{font-weight:bold;}" +
  // Plain colours: system colours on buttons come out white on white where colours are forced.
  "button{flex:1;font:inherit;padding:8px;border:1px solid;border-radius:8px;overflow-wrap:anywhere;" +
  "background:light-dark(#245,#bde);color:light-dark(#fff,#000);}" +
  "> [aria-expanded=false]{font-size:small;padding:4px 8px;}" +
  // The control as the title of the panel that it has opened: it closes it.
  "> [aria-expanded=true]{font-weight:bold;text-align:start;padding:16px 16px 0;border:0;color:CanvasText;background:Canvas;" +
  "&::after{content:'✕'/'';float:inline-end;}}" +
  "> div{display:contents;}" +
  // Only the text scrolls, and fades where there is more.
  "div div{overflow:auto;padding:1lh 0;mask:linear-gradient(#0000,#000 1lh calc(100% - 1lh),#0000);}" +
  "div div+div{display:flex;flex:none;gap:8px;padding:0 16px 16px;mask:none;}" +
  // Within the button, where nothing cuts it off and the text's contrast holds.
  ":focus-visible{outline:2px solid;outline-offset:-5px;}" +
  "[hidden]{display:none;}" +
  css + // a theme
  "@media print{display:none;}" +
  "}"
).replace(/;/g, "!important;");
