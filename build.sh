#!/usr/bin/env bash
# Builds, tests and measures YarpIngress. Needs bash and the .NET SDK that global.json names; nothing else.
#   ./build.sh          build
#   ./build.sh test     every test; ends with "N passed, N failed"
#   ./build.sh golden   rewrite the golden files
#   ./build.sh bench [NAME]   run benchmarks
#   ./build.sh image    the container image, or a proof of its last stage where no registry is reached
#   ./build.sh check    what CI runs: format, build, tests, stale generated files
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=Release
tools=$PWD/artifacts/tools

step() { printf '\n== %s\n' "$*"; }

build() {
  step "build ($configuration)"
  dotnet build YarpIngress.sln -c "$configuration" --nologo -v minimal -clp:NoSummary
}

# Unpacks a package of Debian's into a directory below artifacts/tools, where apt can fetch it: unpack PACKAGE DIRECTORY.
unpack() {
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 0
  step "fetch Debian's $1"
  mkdir -p "$2"
  (
    cd "$2"
    fetch() { timeout 120 apt-get download -qq "$1" >/dev/null 2>&1; }
    # Without package lists, as on a fresh image, only root can get them first.
    fetch "$1" || { [[ $(id -u) == 0 ]] && timeout 120 apt-get update -qq >/dev/null 2>&1 && fetch "$1"; }
    dpkg -x "$1"_*.deb . 2>/dev/null && rm -f "$1"_*.deb
  ) || echo "could not fetch it"
}

# The tests drive real kubectls: the one on PATH, and Debian's, which is much older, where apt can fetch it.
find_kubectls() {
  local debian=$tools/debian-kubectl/usr/bin/kubectl
  [[ -x $debian ]] || unpack kubernetes-client "$tools/debian-kubectl"
  local found=()
  command -v kubectl >/dev/null && found+=("$(command -v kubectl)")
  [[ -x $debian ]] && found+=("$debian")
  ((${#found[@]})) || echo "no kubectl found: the tests that drive it are skipped"
  export YARPINGRESS_KUBECTLS
  YARPINGRESS_KUBECTLS=$(IFS=:; echo "${found[*]-}")
}

# The tests open the dashboard in a real browser: the one on PATH, else Debian's, where apt can install it.
find_chromium() {
  command -v chromium >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    step "install Debian's chromium"
    install() { DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; }
    install || { timeout 120 apt-get update -qq >/dev/null 2>&1 && install; } || true
  fi
  command -v chromium >/dev/null || echo "no chromium found: the tests that open the dashboard are skipped"
}

# The tests ask a real nginx the same as the gateway: the one on PATH or in Debian's place for it, else Debian's.
find_nginx() {
  local debian=$tools/debian-nginx
  { PATH=$PATH:/usr/sbin command -v nginx || [[ -x $debian/usr/sbin/nginx ]]; } >/dev/null && return
  unpack nginx "$debian"
  [[ -x $debian/usr/sbin/nginx ]] || echo "no nginx found: the tests that compare with it are skipped"
}

# The tests let a real Prometheus scrape the gateway, and check the rules with promtool: those on PATH, else Debian's.
find_prometheus() {
  local debian=$tools/debian-prometheus
  { command -v prometheus && command -v promtool; } >/dev/null && return
  [[ -x $debian/usr/bin/promtool ]] && return
  unpack prometheus "$debian"
  [[ -x $debian/usr/bin/promtool ]] || echo "no prometheus found: the tests that need it are skipped"
}

# The tests render the chart with Helm, where it is on PATH, and with a program made of Helm's own parts (tests/helm-template),
# where Go and Debian's libraries are there or apt can install them.
find_chart_renderer() {
  local go=$tools/go program=$tools/helm-template libraries=/usr/share/gocode
  if ! command -v go >/dev/null || [[ ! -d $libraries/src/sigs.k8s.io/yaml ]]; then
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
      step "install Go and the libraries that Helm is made of"
      install_quietly golang-go golang-github-masterminds-sprig-dev golang-github-xeipuuv-gojsonschema-dev golang-k8s-sigs-yaml-dev >/dev/null 2>&1
    fi
  fi
  if command -v go >/dev/null && [[ -d $libraries/src/sigs.k8s.io/yaml ]]; then
    mkdir -p "$go/src" && ln -sfn "$PWD/tests/helm-template" "$go/src/helm-template"
    (cd "$go/src/helm-template" && GO111MODULE=off GOFLAGS= GOPATH=$go:$libraries go build -o "$program" .) || return
    export YARPINGRESS_HELM_TEMPLATE=$program
  fi
  command -v helm >/dev/null || echo "no helm found: the chart is rendered ${YARPINGRESS_HELM_TEMPLATE:+by the parts of it, and }by the tests' own renderer"
}

# The tests make calls with gRPC's own client to gRPC's own server: python3's grpcio, else Debian's.
find_grpc() {
  local debian=$tools/debian-grpc
  [[ -x /usr/bin/python3 ]] || { echo "no python3 found: the tests that need grpcio are skipped"; return; }
  /usr/bin/python3 -c 'import grpc' 2>/dev/null && return
  [[ -d $debian/usr/lib/python3/dist-packages/grpc ]] && return
  if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
    step "fetch Debian's python3-grpcio"
    mkdir -p "$debian"
    (
      cd "$debian"
      # With what it links that is not on every system; their names change with each release.
      fetch() {
        local libraries
        mapfile -t libraries < <(apt-cache depends python3-grpcio 2>/dev/null | grep -oE 'lib(absl|c-ares|re2|grpc)[^ ]*')
        timeout 120 apt-get download -qq python3-grpcio python3-six "${libraries[@]}" >/dev/null 2>&1
      }
      fetch || { [[ $(id -u) == 0 ]] && timeout 120 apt-get update -qq >/dev/null 2>&1 && fetch; }
      for package in *.deb; do dpkg -x "$package" . && rm -f "$package"; done 2>/dev/null
    ) || true
  fi
  [[ -d $debian/usr/lib/python3/dist-packages/grpc ]] || echo "no grpcio found: the tests that need it are skipped"
}

# Runs each test program and adds up their reports. The last line is the count.
run_tests() {
  find_kubectls
  find_chromium
  find_prometheus
  find_nginx
  find_chart_renderer
  find_grpc
  local results=$PWD/artifacts/test-results passed=0 failed=0 skipped=0 broken=0 project name report log
  rm -rf "$results" && mkdir -p "$results"
  for project in tests/*.Tests; do
    name=$(basename "$project")
    step "test $name"
    report=$results/$name.xml log=$results/$name.log
    # A test that hangs is named after a minute, and ends the run as broken after ten.
    timeout 600 dotnet exec "$project/bin/$configuration/net10.0/$name.dll" -noColor -noLogo -longRunning 60 -xml "$report" "$@" | tee "$log" || true
    if [[ ! -s $report ]]; then
      echo "$name ended without a report" && broken=1 && continue
    fi
    passed=$((passed + $(sum passed "$report")))
    failed=$((failed + $(sum failed "$report") + $(sum errors "$report")))
    skipped=$((skipped + $(sum skipped "$report")))
  done
  ((broken)) && failed=$((failed + 1))
  ((failed)) && step "what failed" && failures "$results"/*.log
  echo
  ((skipped)) && echo "$skipped skipped"
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0))
}

# What the test programs printed of each test that failed, without what the gateway logged in the middle of it.
failures() {
  awk '/ \[FAIL\]$/ { shown = 1; print; next } /^\{/ { next } !/^      / { shown = 0 } shown' "$@"
}

# The sum of one count over the assemblies of a report.
sum() {
  local total=0 count
  for count in $(grep -o '<assembly [^>]*>' "$2" | grep -oE " $1=\"[0-9]+\"" | grep -oE '[0-9]+'); do total=$((total + count)); done
  echo "$total"
}

golden() {
  step "rewrite golden files"
  YARPINGRESS_GOLDEN=rewrite dotnet exec tests/YarpIngress.Translation.Tests/bin/$configuration/net10.0/YarpIngress.Translation.Tests.dll -noColor -noLogo
  # What manifests and docs hold of the code and of each other.
  YARPINGRESS_GOLDEN=rewrite dotnet exec tests/YarpIngress.Tests/bin/$configuration/net10.0/YarpIngress.Tests.dll -noColor -noLogo \
    -class YarpIngress.Tests.Monitoring.MonitoringFileTests -class YarpIngress.Tests.Monitoring.MetricDocsTests
  # After the rules, which the chart holds too.
  YARPINGRESS_GOLDEN=rewrite dotnet exec tests/YarpIngress.Chart.Tests/bin/$configuration/net10.0/YarpIngress.Chart.Tests.dll -noColor -noLogo \
    -class YarpIngress.Chart.Tests.GeneratedFileTests
}

# Style and analyzers are part of every build; what is left is white space.
check_format() {
  step "format"
  dotnet format whitespace YarpIngress.sln --verify-no-changes --no-restore
}

# Golden files are checked by the tests; the build has just rewritten lock files that do not fit.
check_generated() {
  step "generated files"
  git diff --exit-code --stat -- '*packages.lock.json' || { echo "lock files were stale: commit what the build made"; return 1; }
}

# What the benchmarks compare with and ask with. Debian's packages, installed when root; never started as services.
find_bench_tools() {
  declare -A packages=([nginx]=nginx [haproxy]=haproxy [caddy]=caddy [wrk]=wrk [h2load]=nghttp2-client [taskset]=util-linux)
  local tool missing=()
  PATH=$PATH:/usr/sbin:/sbin
  for tool in "${!packages[@]}"; do command -v "$tool" >/dev/null || missing+=("${packages[$tool]}"); done
  [[ -e /usr/lib/nginx/modules/ngx_stream_module.so ]] || missing+=(libnginx-mod-stream)
  ((${#missing[@]})) || return 0
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    step "install ${missing[*]}"
    install_quietly "${missing[@]}"
  fi
  for tool in nginx wrk h2load taskset; do
    command -v "$tool" >/dev/null || { echo "$tool is missing, and nothing can be measured without: install ${packages[$tool]}" >&2; return 1; }
  done
  for tool in haproxy caddy; do
    command -v "$tool" >/dev/null || echo "$tool is missing: its rows are left out (package ${packages[$tool]})"
  done
}

# A policy that refuses to start services, for as long as packages are unpacked.
install_quietly() {
  local policy=/usr/sbin/policy-rc.d made=
  if [[ ! -e $policy ]]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=1; fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" || echo "could not install all of: $*"
  [[ -z $made ]] || rm -f $policy
}

# The controller as the image holds it.
publish() {
  step "publish into artifacts/publish"
  dotnet publish src/YarpIngress -c "$configuration" -r "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" \
    -o artifacts/publish/yarp-ingress --nologo -v quiet -clp:NoSummary
}

bench() {
  find_bench_tools
  step "build ($configuration)"
  dotnet build tests/YarpIngress.Benchmarks -c "$configuration" --nologo -v quiet -clp:NoSummary
  publish
  exec dotnet exec "tests/YarpIngress.Benchmarks/bin/$configuration/net10.0/YarpIngress.Benchmarks.dll" "$@"
}

case ${1:-build} in
  build) build ;;
  test) shift; build; run_tests "$@" ;;
  golden) build; golden ;;
  bench) shift; bench "$@" ;;
  image) exec .ci/image ;;
  check) build; check_generated; check_format; run_tests ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
