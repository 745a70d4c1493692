# Stands where the executor of a recorded conversation stood: writes down how it was started, and does what it is told
# in a line written to "orders". What that executor said to its agent, the replay says.
mkfifo orders
exec 3<>orders
printf '%s\n' "$0" "$@" > arguments
env > environment.part
mv environment.part environment
read -r order <&3
eval "$order"
