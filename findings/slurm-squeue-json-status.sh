#!/usr/bin/env bash
# Slurm 22.05: `squeue --json` exits with 0 and prints an empty list of jobs where it has reached no controller.
#
# Without --json it exits with 1 and says so. With it what went wrong stands only in `errors` of the answer, in words that are the same for
# every failure, so that who looks at the status and the jobs believes that nothing is queued. The packages are unpacked here, not installed, and no
# daemon is started: the configuration names a port at which nobody listens.
set -euo pipefail

version=22.05.8-4+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download "slurm-client=$version" "slurm-wlm-basic-plugins=$version" libjson-c5 libjwt0 libhttp-parser2.9 librdkafka1 libmunge2 >/dev/null 2>&1 ||
  apt-get download "slurm-client=$version" "slurm-wlm-basic-plugins=$version" >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(dirname "$(find root -name 'libslurmfull.so' | head -1)")
cat > slurm.conf <<CONF
ClusterName=one
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=6917
AuthType=auth/none
MessageTimeout=1
PluginDir=$folder/$libraries
NodeName=localhost
PartitionName=all Nodes=ALL Default=YES
CONF
export SLURM_CONF=$folder/slurm.conf LD_LIBRARY_PATH=$folder/$libraries:$folder/root/usr/lib/x86_64-linux-gnu

"root/usr/bin/squeue" --version
plain=0; root/usr/bin/squeue > plain.txt 2>&1 || plain=$?
echo "squeue: status $plain, $(head -1 plain.txt)"
json=0; root/usr/bin/squeue --json > answer.json 2> said.txt || json=$?
seen=$(node -e '
const { jobs, errors } = JSON.parse(require("node:fs").readFileSync("answer.json", "utf8"));
console.log(`${jobs.length} jobs, errors: ${errors.map((one) => `${one.description} (${one.error})`).join("; ")}`);')
echo "squeue --json: status $json, $seen"
[ "$plain" = 1 ] || { echo "changed: without --json the status is $plain"; exit 1; }
[ "$json" = 0 ] || { echo "changed: with --json the status is $json"; exit 1; }
grep -q '^0 jobs, errors: Failed while looking for jobs (Unspecified error)$' <<<"$seen" || { echo "changed: the answer is another one"; exit 1; }
