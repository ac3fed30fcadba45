import type { Distribution } from '../../images/distribution.ts';

/** The files of Debian's nginx packages: its layout, its directives, our comments and our page. */

export const mainConfig = `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
include /etc/nginx/modules-enabled/*.conf;

events {
\tworker_connections 768;
}

http {
\tsendfile on;
\ttcp_nopush on;
\ttypes_hash_max_size 2048;

\tinclude /etc/nginx/mime.types;
\tdefault_type application/octet-stream;

\taccess_log /var/log/nginx/access.log;

\tgzip on;

\tinclude /etc/nginx/conf.d/*.conf;
\tinclude /etc/nginx/sites-enabled/*;
}
`;

export const defaultSite = `# The site that answers where no other one does.
# Others are files of their own in sites-available, linked into sites-enabled.
server {
\tlisten 80 default_server;
\tlisten [::]:80 default_server;

\troot /var/www/html;

\tindex index.html index.htm index.nginx-debian.html;

\tserver_name _;

\tlocation / {
\t\t# First as a file, then as a folder, else 404.
\t\ttry_files $uri $uri/ =404;
\t}
}
`;

export const mimeTypes = `types {
    text/html                             html htm;
    text/css                              css;
    text/plain                            txt;
    text/xml                              xml;
    application/javascript                js;
    application/json                      json;
    application/pdf                       pdf;
    image/gif                             gif;
    image/jpeg                            jpeg jpg;
    image/png                             png;
    image/svg+xml                         svg;
    image/x-icon                          ico;
}
`;

export const welcomePage = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto; font-family: sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page says that the web server runs and was reached.
What it shows next is up to the files in /var/www/html.</p>
</body>
</html>
`;

export const unit = `[Unit]
Description=A high performance web server and a reverse proxy server
Documentation=man:nginx(8)
After=network-online.target remote-fs.target nss-lookup.target
Wants=network-online.target

[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStartPre=/usr/sbin/nginx -t -q -g 'daemon on; master_process on;'
ExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;'
ExecReload=/usr/sbin/nginx -g 'daemon on; master_process on;' -s reload
ExecStop=-/sbin/start-stop-daemon --quiet --stop --retry QUIT/5 --pidfile /run/nginx.pid
TimeoutStopSec=5
KillMode=mixed

[Install]
WantedBy=multi-user.target
`;

/** What `Server` says: Debian's says no more than the version, Ubuntu's its own name too. */
export function serverName(distribution: Distribution, version: string): string {
  const plain = version.replace(/-.*$/, '');
  return `nginx/${plain}${distribution.id === 'ubuntu' ? ' (Ubuntu)' : ''}`;
}
