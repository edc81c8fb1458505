/*
 * The means: what parts may use, and what they may replace. The script of a site without parts is built without them.
 */

import { age, quarterNow } from "./calendar.js";
import { accepted, opposed } from "./choice.js";
import { onDecision } from "./decisions.js";
import { send } from "./hit.js";
import { api } from "./interface.js";
import { language, speak } from "./languages.js";
import { load, notice } from "./notice.js";
import { isNew } from "./pages-seen.js";
import { draw, onDraw, element, paragraph } from "./panel.js";
import { STYLES } from "./styles.js";
import { cut, plainPath } from "./text.js";
import { answered } from "./token.js";
import { here, readPathBy, readStatusBy, route, viewsWaitBy, watchers, withVisit } from "./views.js";
import { presentVisit } from "./visit.js";

export const means = {
  api,
  watchers,
  styles: STYLES,
  age,
  quarterNow,
  opposed,
  accepted,
  load,
  speak,
  draw,
  element,
  paragraph,
  started: answered,
  language,
  notice: () => notice,
  here,
  withVisit,
  presentVisit,
  send,
  isNew,
  route,
  readPathBy,
  readStatusBy,
  viewsWaitBy,
  cut,
  plainPath,
  onDecision,
  onDraw,
};
