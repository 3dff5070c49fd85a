package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/rolewright/terraform-provider-rolewright/internal/api"
)

type clusterModel struct {
	Region types.String `tfsdk:"region"`
	Name   types.String `tfsdk:"name"`
}

// named is a cluster that a caller may name, or a line that may hold a pattern.
type named interface {
	api.Cluster | api.ListedCluster
}

func clusterModelsOf[C named](clusters []C) []clusterModel {
	models := make([]clusterModel, len(clusters))
	for i, one := range clusters {
		cluster := api.Cluster(one)
		models[i] = clusterModel{text(cluster.Region), text(cluster.Name)}
	}
	return models
}

// pathsOf writes each cluster as REGION/NAME.
func pathsOf[C named](clusters []C) []string {
	paths := make([]string, len(clusters))
	for i, one := range clusters {
		cluster := api.Cluster(one)
		paths[i] = cluster.Region + "/" + cluster.Name
	}
	return paths
}
