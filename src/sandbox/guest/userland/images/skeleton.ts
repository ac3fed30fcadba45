/** What a new home folder starts with: /etc/skel, in our words but with Debian's prompt. */

/** Debian's prompt; green and blue where the terminal shows colours. */
export const bashrc = `# ~/.bashrc: read by interactive shells that are not login shells.

# If not running interactively, don't do anything
case $- in
    *i*) ;;
      *) return;;
esac

HISTCONTROL=ignoreboth
HISTSIZE=1000
HISTFILESIZE=2000

case "$TERM" in
    xterm-color|*-256color|xterm|screen|tmux)
        PS1='\\[\\033[01;32m\\]\\u@\\h\\[\\033[00m\\]:\\[\\033[01;34m\\]\\w\\[\\033[00m\\]\\$ ';;
    *)
        PS1='\\u@\\h:\\w\\$ ';;
esac

alias ls='ls --color=auto'
#alias ll='ls -l'
#alias la='ls -A'

if [ -f ~/.bash_aliases ]; then
    . ~/.bash_aliases
fi
`;

/** Ubuntu has the aliases switched on. */
export const ubuntuBashrc = bashrc
  .replace(
    "#alias ll='ls -l'\n#alias la='ls -A'",
    "alias ll='ls -alF'\nalias la='ls -A'\nalias l='ls -CF'",
  )
  .replace(
    "alias ls='ls --color=auto'",
    "alias ls='ls --color=auto'\nalias grep='grep --color=auto'",
  );

export const rootBashrc = `# ~/.bashrc: read by bash(1) for shells that are not login shells.

# PS1='\${debian_chroot:+($debian_chroot)}\\h:\\w\\$ '
# umask 022
# alias rm='rm -i'
`;

export const profile = `# ~/.profile: read by login shells.

if [ -n "$BASH_VERSION" ]; then
    if [ -f "$HOME/.bashrc" ]; then
        . "$HOME/.bashrc"
    fi
fi

if [ -d "$HOME/bin" ] ; then
    PATH="$HOME/bin:$PATH"
fi

if [ -d "$HOME/.local/bin" ] ; then
    PATH="$HOME/.local/bin:$PATH"
fi
`;

export const bashLogout = `# ~/.bash_logout: read when a login shell exits.
`;

export const etcProfile = `# /etc/profile: system-wide .profile file for the Bourne shell (sh(1))

if [ "$(id -u)" -eq 0 ]; then
  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
else
  PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
fi
export PATH

if [ -f /etc/bash.bashrc ]; then
  . /etc/bash.bashrc
fi
`;

export const etcBashrc = `# System-wide .bashrc file for interactive bash(1) shells.

PS1='\\u@\\h:\\w\\$ '
`;
