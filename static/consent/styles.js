/*
 * The styles of the panel and of the control, and over them those of the site's theme.
 */

import { css } from "./notice.js";

// Each declaration gets !important below, and the doubled id outweighs what pages write: no page style can set one
// button off against the other. Strings that are added become one in the build, and comments stay here. The declarations
// stand in the order in which brotli makes them smallest.
export const STYLES = (
  "consent-notice:popover-open:not(#_#_){" +
  "all:initial;color-scheme:light dark;flex-flow:column;font:medium/1.4 system-ui;inset-block:auto 0;" +
  // Half the window at most, but never less than the buttons and a few lines need. What does not fit is scrolled.
  "border:1px solid #8888;max-height:max(50%,200px);max-width:52em;position:fixed;border-radius:8px;" +
  "background:Canvas;display:flex;inset-inline:0 auto;box-shadow:0 0 16px #8888;" +
  "@media(width>480px){margin:16px;}" +
  "*,::before,::after{all:revert;}" +
  "p{margin:0 16px 8px;}" +
  "p:first-child{font-weight:bold;}" +
  // Plain colours: system colours on buttons come out white on white where colours are forced.
  "button{border:1px solid;font:inherit;flex:1;color:light-dark(#fff,#000);border-radius:8px;" +
  "background:light-dark(#245,#bde);overflow-wrap:anywhere;padding:8px;}" +
  "> [aria-expanded=false]{font-size:small;padding:4px 8px;}" +
  // The control as the title of the panel that it has opened: it closes it.
  "> [aria-expanded=true]{color:CanvasText;background:Canvas;padding:16px 16px 0;border:0;text-align:start;" +
  "font-weight:bold;&::after{content:'✕'/'';float:inline-end;}}" +
  "> div{display:contents;}" +
  // Only the text scrolls, and fades where there is more.
  "div div{padding:1lh 0;overflow:auto;mask:linear-gradient(#0000,#000 1lh calc(100% - 1lh),#0000);}" +
  "div div+div{padding:0 16px 16px;display:flex;mask:none;flex:none;gap:8px;}" +
  // Within the button, where nothing cuts it off and the text's contrast holds.
  ":focus-visible{outline:2px solid;outline-offset:-5px;}" +
  "[hidden]{display:none;}" +
  css + // a theme
  "@media print{display:none;}" +
  "}"
).replace(/;/g, "!important;");
