/*
 * One choice for all sub-domains: the cookies are the whole domain's.
 */

export default function subdomains(means) {
  means.domain = "; Domain=" + means.options.domain;
}
