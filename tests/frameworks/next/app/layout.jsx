/* The script as Next's own documentation embeds one: it runs after the document is hydrated. */

import Script from "next/script";

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        {children}
        <Script src="https://service.invalid/consent.js" strategy="afterInteractive" />
      </body>
    </html>
  );
}
