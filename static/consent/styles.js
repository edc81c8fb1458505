/*
 * The styles of the panel and of the control, and over them those of the site's theme.
 */

import { css } from "./notice.js";

// Each declaration gets !important below, and the doubled id outweighs what pages write: no page style can set one
// button off against the other. Strings that are added become one in the build, and comments stay here. The declarations
// stand in the order in which brotli makes them smallest.
export const STYLES = (
  "consent-notice:popover-open:not(#_#_){" +
  "all:initial;color-scheme:light dark;flex-flow:column;position:fixed;inset-block:auto 0;" +
  "border:1px solid #8888;font:medium/1.4 system-ui;max-width:52em;display:flex;border-radius:8px;" +
  // Half the window at most, but never less than the buttons and a few lines need. What does not fit is scrolled.
  "background:Canvas;inset-inline:0 auto;max-height:max(50%,200px);box-shadow:0 0 16px #8888;" +
  "@media(width>480px){margin:16px;}" +
  "*,::before,::after{all:revert;}" +
  "p{margin:0 16px 8px;}" +
  "p:first-child{font-weight:bold;}" +
  // Plain colours: system colours on buttons come out white on white where colours are forced.
  "button{border:1px solid;color:light-dark(#fff,#000);flex:1;font:inherit;border-radius:8px;" +
  "background:light-dark(#245,#bde);overflow-wrap:anywhere;padding:8px;}" +
  "> [aria-expanded=false]{font-size:small;padding:4px 8px;}" +
  // The control as the title of the panel that it has opened: it closes it.
  "> [aria-expanded=true]{font-weight:bold;background:none;color:inherit;border:0;text-align:start;" +
  "padding:16px 16px 0;&::after{float:inline-end;content:'✕'/'';}}" +
  "> div{display:contents;}" +
  // Only the text scrolls, and fades where there is more.
  "div div{padding:1lh 0;overflow:auto;mask:linear-gradient(#0000,#000 1lh calc(100% - 1lh),#0000);}" +
  "div div+div{gap:8px;padding:0 16px 16px;flex:none;display:flex;mask:none;}" +
  // Within the button, where nothing cuts it off and the text's contrast holds.
  ":focus-visible{outline:2px solid;outline-offset:-5px;}" +
  "[hidden]{display:none;}" +
  css + // a theme
  "@media print{display:none;}" +
  "}"
).replace(/;/g, "!important;");
