# shellcheck shell=bash disable=SC2154
# Bringing up the engines that the tests run against. Sourced by .ci/run, which sets `cache`.

# Whether a PostgreSQL lets the tests in, without a container for each of them.
postgres_answers() { NOORM_TEST_CONTAINERS=0 cargo xtask engines --require postgres >/dev/null 2>&1; }

postgres_answers_soon() {
    local _
    for _ in {1..20}; do
        ! postgres_answers || return 0
        sleep 0.5
    done
    return 1
}

# PostgreSQL, from the first of these that works: what answers already, the stopped server that would
# answer on its usual port, a cluster of our own without passwords.
bring_up_postgres() {
    local version name port status
    ! postgres_answers || return 0
    command -v pg_lsclusters >/dev/null || debian postgresql || return 1

    read -r version name port status < <(pg_lsclusters -h | awk '$3 == 5432 { print $1, $2, $3, $4 }') || true
    if [[ ${status:-} == down* ]]; then
        pg_ctlcluster --skip-systemctl-redirect "$version" "$name" start || true
        ! postgres_answers_soon || return 0
    fi

    if ! pg_lsclusters -h | awk '$2 == "noorm" { found = 1 } END { exit !found }'; then
        version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -n 1)
        pg_createcluster "$version" noorm -- --auth-local=trust --auth-host=trust || return 1
    fi
    read -r version port status < <(pg_lsclusters -h | awk '$2 == "noorm" { print $1, $3, $4 }')
    [[ $status != down* ]] || pg_ctlcluster --skip-systemctl-redirect "$version" noorm start || return 1
    export NOORM_TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres
}

# MariaDB: what answers already, the stopped server, Debian's.
mariadb_answers() { NOORM_TEST_CONTAINERS=0 cargo xtask engines --require mariadb >/dev/null 2>&1; }

bring_up_mariadb() {
    local _
    ! mariadb_answers || return 0
    [ "$(id -u)" = 0 ] || return 1
    command -v mariadbd >/dev/null || debian mariadb-server || return 1
    mkdir -p /run/mysqld && chown mysql: /run/mysqld
    start-stop-daemon --start --oknodo --background --exec "$(command -v mariadbd)"
    for _ in {1..20}; do
        ! mariadb_answers || return 0
        sleep 0.5
    done
    return 1
}

docker_answers() { timeout 20 docker info >/dev/null 2>&1; }

# The engine itself. Without its firewall rules it leaves the machine's network as it was.
start_docker() {
    local pid _
    pid=$(cat /var/run/docker.pid 2>/dev/null || true)
    if [ -z "$pid" ] || [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != dockerd ]; then
        rm -f /var/run/docker.pid
        setsid nohup dockerd --iptables=false --ip-forward=false >"$cache/dockerd.log" 2>&1 </dev/null &
    fi
    for _ in {1..30}; do
        ! docker_answers || return 0
        sleep 1
    done
    return 1
}

# Containers are for the tests that stop a server or need one set up their own way. A machine that
# can't run them skips these.
bring_up_containers() {
    if ! docker_answers; then
        if ! command -v dockerd >/dev/null && ! debian docker.io; then
            note "no container engine, and it can't be installed here"
            return
        fi
        if [ "$(id -u)" != 0 ] || ! start_docker; then
            note "the container engine can't be started here; see $cache/dockerd.log"
            return
        fi
    fi
    # Needed only where no registry serves the images, which is for xtask to find out.
    command -v debootstrap >/dev/null || debian debootstrap || true
    if cargo xtask images; then
        return
    fi
    note "not every image can be had; see above"
    # Debian's unstable release is the only place where MySQL can be had, and not every day.
    if ! docker images --format '{{.Repository}}' | grep -qxE '(noorm-)?mysql'; then
        note "MySQL can't be installed from Debian's unstable release today: going on without it"
        required=${required/,mysql/}
    fi
}

# The engines without which the tests fail.
required=sqlite,postgres,mariadb,mysql

bring_up_engines() {
    cargo build --package xtask
    if ! bring_up_postgres; then
        note "no PostgreSQL server can be started here; containers have to do"
    fi
    if ! bring_up_mariadb; then
        note "no MariaDB server can be started here; containers have to do"
    fi
    bring_up_containers
    cargo xtask engines --require "$required"
}
