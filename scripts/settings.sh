# Reads the settings from nightly.env, or the file that COLLECT_SETTINGS names. Sourced from the project's root.

# read_settings: exports the variables of the file, if there is one. If it cannot be used, fails with the reason in $wrong.
read_settings() {
    settings=${COLLECT_SETTINGS:-nightly.env}
    case $settings in /*) ;; *) settings=./$settings ;; esac
    if [ ! -e "$settings" ]; then
        [ -n "${COLLECT_SETTINGS:-}" ] || return 0
        wrong="There is no file $settings, which COLLECT_SETTINGS names."
        return 1
    fi
    if [ -n "$(find -H "$settings" \( -perm -040 -o -perm -004 \))" ]; then
        wrong="Others may read $settings, which may hold a token: chmod 600 '$settings'"
        return 1
    fi
    if ! sh -n "$settings" 2>/dev/null; then
        wrong="$settings is not made of lines like NAME='value'."
        return 1
    fi
    set -a
    # shellcheck disable=SC1090 # the user's own file
    . "$settings"
    set +a
}
