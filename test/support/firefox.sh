#!/bin/sh
# The driver has Firefox end itself when the process of a tab dies. A test that kills one looks at the tabs that are left.
unset MOZ_CRASHREPORTER_SHUTDOWN MOZ_CRASHREPORTER
export MOZ_CRASHREPORTER_DISABLE=1
exec "$FIREFOX_PATH" "$@"
