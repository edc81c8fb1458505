"""consent-service: a website's cookie notice and its traffic statistics, keeping nothing about any one visitor.

A page loads ``static/consent.js``. Who accepts the notice gets a consent token, the same for everyone
(`tokens`), and from then on sends hits. `collect` answers them: it adds to a tally in shared memory
(`spool.tally`). The `keeper` merges tallies into pending counts (`spool.merge`), writes to the database what at
least k visitors share (release), and makes each period final when it is over (`domain.rollup`). `web` shows the
owner what is published.
"""

__version__ = "0.1.0"
