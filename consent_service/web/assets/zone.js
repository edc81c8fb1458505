/*
 * Puts the browser's own time zone into the form of a new site, where the list has it. Without this script it is UTC.
 */

const zone = document.querySelector("input[data-guess]");
const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (zone && [...zone.list.options].some((option) => option.value === guess)) zone.value = guess;
