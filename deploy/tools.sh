# Sourced by `conclave` and `test`: finds the programs they need, and installs Debian packages where that is allowed.

# need_program PROGRAM NAME WHERE: stops when the program is not there.
need_program() {
  command -v "$1" > /dev/null || { echo "conclave: $2 is missing; get it from $3" >&2; exit 9; }
}

# want_packages PROGRAM:PACKAGE...: installs the packages whose programs are missing when it may (root on Debian or Ubuntu) and says so;
# else it prints the one line to run. Gives 1 when something is still missing.
want_packages() {
  local missing=() pair
  for pair in "$@"; do
    command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0

  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "conclave: installing ${missing[*]} (apt-get) ..." >&2
    apt-get update -qq > /dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" > /dev/null 2>&1 || true
  fi

  local left=()
  for pair in "$@"; do
    command -v "${pair%%:*}" > /dev/null || left+=("${pair##*:}")
  done
  if [ "${#left[@]}" -gt 0 ]; then
    echo "conclave: missing: ${left[*]}. Install with: sudo apt-get install -y ${left[*]}" >&2
    return 1
  fi
}
