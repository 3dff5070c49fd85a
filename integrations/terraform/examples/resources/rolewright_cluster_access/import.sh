# ACCOUNT/ROLE/REGION/CLUSTER. It writes nothing: the next apply makes the claim.
terraform import rolewright_cluster_access.checkout 111122223333/AmazonEKSFargatePodExecutionRole/us-west-2/checkout
